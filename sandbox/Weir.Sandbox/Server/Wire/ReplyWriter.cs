using System.Buffers.Text;
using System.Text;
using Weir.Protocol.Wire;

namespace Weir.Sandbox.Server;

/// <summary>Writes a <see cref="Reply"/> in the opcode that was asked, compressed when the request was.</summary>
internal static class ReplyWriter
{
    public static void Write(
        ReplyBuffer buffer,
        Request request,
        Reply reply,
        int requestId,
        int responseTo,
        bool moreToCome
    )
    {
        if (request.Compressor is not { } compressor || !MayCompress(request.Name))
        {
            WritePlain(buffer, request.OpCode, reply, requestId, responseTo, moreToCome);
            return;
        }

        using var plain = new ReplyBuffer();
        WritePlain(plain, request.OpCode, reply, requestId, responseTo, moreToCome);
        OpCompressed.Wrap(buffer, plain.Written.Span, compressor);
    }

    /// <summary>The handshake and authentication are never compressed.</summary>
    private static bool MayCompress(string command) =>
        command is not ("hello" or "isMaster" or "ismaster" or "saslStart" or "saslContinue");

    private static void WritePlain(
        ReplyBuffer buffer,
        OpCode asked,
        Reply reply,
        int requestId,
        int responseTo,
        bool moreToCome
    )
    {
        var start = buffer.Length;
        buffer.GetSpan(MessageHeader.Size);
        buffer.Advance(MessageHeader.Size);
        if (asked == OpCode.Query)
        {
            const int awaitCapable = 8;
            buffer.WriteInt32(awaitCapable);
            buffer.WriteInt64(0);
            buffer.WriteInt32(0);
            buffer.WriteInt32(1);
        }
        else
        {
            buffer.WriteInt32((int)(moreToCome ? OpMsgFlags.MoreToCome : OpMsgFlags.None));
            buffer.WriteByte(0);
        }

        WriteDocument(buffer, reply);
        var opCode = asked == OpCode.Query ? OpCode.Reply : OpCode.Msg;
        buffer.PatchInt32(start, buffer.Length - start);
        buffer.PatchInt32(start + 4, requestId);
        buffer.PatchInt32(start + 8, responseTo);
        buffer.PatchInt32(start + 12, (int)opCode);
    }

    private static void WriteDocument(ReplyBuffer buffer, Reply reply)
    {
        if (reply.Batch is not { } batch)
        {
            reply.Body.WriteTo(buffer);
            return;
        }

        var document = StartDocument(buffer);
        WriteBatch(buffer, batch);
        WriteElements(buffer, reply.Body.ToBytes());
        EndDocument(buffer, document);
    }

    private static void WriteBatch(ReplyBuffer buffer, CursorBatch batch)
    {
        buffer.Write("\u0003cursor\0"u8);
        var cursor = StartDocument(buffer);
        buffer.Write(batch.IsFirst ? "\u0004firstBatch\0"u8 : "\u0004nextBatch\0"u8);
        var array = StartDocument(buffer);
        for (var i = 0; i < batch.Documents.Count; i++)
        {
            buffer.WriteByte(3);
            Utf8Formatter.TryFormat(i, buffer.GetSpan(11), out var digits);
            buffer.Advance(digits);
            buffer.WriteByte(0);
            buffer.Write(batch.Documents[i].Span);
        }

        EndDocument(buffer, array);
        if (batch.Extra is { } extra)
        {
            WriteElements(buffer, extra.ToBytes());
        }

        buffer.Write("\u0012id\0"u8);
        buffer.WriteInt64(batch.Id);
        buffer.Write("\u0002ns\0"u8);
        buffer.WriteInt32(Encoding.UTF8.GetByteCount(batch.Namespace) + 1);
        buffer.Write(Encoding.UTF8.GetBytes(batch.Namespace));
        buffer.WriteByte(0);
        EndDocument(buffer, cursor);
    }

    private static int StartDocument(ReplyBuffer buffer)
    {
        var start = buffer.Length;
        buffer.WriteInt32(0);
        return start;
    }

    private static void EndDocument(ReplyBuffer buffer, int start)
    {
        buffer.WriteByte(0);
        buffer.PatchInt32(start, buffer.Length - start);
    }

    /// <summary>A document's elements without its length and its end.</summary>
    private static void WriteElements(ReplyBuffer buffer, ReadOnlySpan<byte> document) =>
        buffer.Write(document[4..^1]);
}

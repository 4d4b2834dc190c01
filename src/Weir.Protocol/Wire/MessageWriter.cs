using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>Writes whole messages.</summary>
public static class MessageWriter
{
    private const int MsgOverhead = MessageHeader.Size + 4 + 1;
    private const int ReplyOverhead = MessageHeader.Size + 20;
    private const int ChecksumSize = 4;

    // A document's length is known only when it has been written, and an output can't be gone back in: each thread
    // writes its documents here first.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_document;

    public static void WriteMsg(
        IBufferWriter<byte> output,
        int requestId,
        int responseTo,
        OpMsgFlags flags,
        BsonDocument body
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        WriteMsg(output, requestId, responseTo, flags, Serialize(body));
    }

    /// <summary>An OP_MSG of one body. With <see cref="OpMsgFlags.ChecksumPresent"/> the checksum is added.</summary>
    public static void WriteMsg(
        IBufferWriter<byte> output,
        int requestId,
        int responseTo,
        OpMsgFlags flags,
        ReadOnlySpan<byte> body
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        var checksum = (flags & OpMsgFlags.ChecksumPresent) != 0;
        var length = checked(MsgOverhead + body.Length + (checksum ? ChecksumSize : 0));
        var span = output.GetSpan(length)[..length];
        new MessageHeader(length, requestId, responseTo, OpCode.Msg).Write(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[OpMsg.FlagsOffset..], (uint)flags);
        span[MsgOverhead - 1] = OpMsgSections.BodyKind;
        body.CopyTo(span[MsgOverhead..]);
        if (checksum)
        {
            var before = span[..^ChecksumSize];
            BinaryPrimitives.WriteUInt32LittleEndian(span[before.Length..], Crc32C.Compute(before));
        }

        output.Advance(length);
    }

    /// <summary>
    /// The beginning of an OP_MSG of a body and one document sequence, whose documents the caller sends right after it.
    /// </summary>
    /// <param name="output">Gets everything but the sequence's documents.</param>
    /// <param name="requestId">The message's id.</param>
    /// <param name="body">The command, without the field that the sequence stands for.</param>
    /// <param name="sequence">The name of that field.</param>
    /// <param name="documentBytes">How many bytes of documents follow.</param>
    public static void WriteMsgHead(
        IBufferWriter<byte> output,
        int requestId,
        BsonDocument body,
        string sequence,
        int documentBytes
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(sequence);
        var document = Serialize(body);
        var most = checked(MsgOverhead + document.Length + 5 + BsonText.MaxLength(sequence.Length) + 1);
        var span = output.GetSpan(most);
        BinaryPrimitives.WriteUInt32LittleEndian(span[OpMsg.FlagsOffset..], (uint)OpMsgFlags.None);
        span[MsgOverhead - 1] = OpMsgSections.BodyKind;
        document.CopyTo(span[MsgOverhead..]);
        var section = MsgOverhead + document.Length;
        span[section] = OpMsgSections.SequenceKind;
        var length = section + 5;
        length += BsonText.Encode(sequence, span[length..]);
        span[length++] = 0;
        var size = checked(length - section - 1 + documentBytes);
        BinaryPrimitives.WriteInt32LittleEndian(span[(section + 1)..], size);
        new MessageHeader(checked(length + documentBytes), requestId, 0, OpCode.Msg).Write(span);
        output.Advance(length);
    }

    public static void WriteReply(
        IBufferWriter<byte> output,
        int requestId,
        int responseTo,
        BsonDocument document,
        OpReplyFlags flags = OpReplyFlags.AwaitCapable
    )
    {
        ArgumentNullException.ThrowIfNull(document);
        WriteReply(output, requestId, responseTo, Serialize(document), flags);
    }

    /// <summary>An OP_REPLY of one document and no cursor: the answer to a command sent as OP_QUERY.</summary>
    public static void WriteReply(
        IBufferWriter<byte> output,
        int requestId,
        int responseTo,
        ReadOnlySpan<byte> document,
        OpReplyFlags flags = OpReplyFlags.AwaitCapable
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = checked(ReplyOverhead + document.Length);
        var span = output.GetSpan(length)[..length];
        new MessageHeader(length, requestId, responseTo, OpCode.Reply).Write(span);
        span[MessageHeader.Size..ReplyOverhead].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(span[MessageHeader.Size..], (int)flags);
        BinaryPrimitives.WriteInt32LittleEndian(span[(ReplyOverhead - 4)..], 1);
        document.CopyTo(span[ReplyOverhead..]);
        output.Advance(length);
    }

    /// <summary>An OP_QUERY for one document, which a command is: <c>admin.$cmd</c> and the command.</summary>
    public static void WriteQuery(
        IBufferWriter<byte> output,
        int requestId,
        string fullCollectionName,
        BsonDocument query,
        OpQueryFlags flags = OpQueryFlags.SecondaryOk
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(fullCollectionName);
        ArgumentNullException.ThrowIfNull(query);
        if (fullCollectionName.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A name can't have a zero character.", nameof(fullCollectionName));
        }

        var document = Serialize(query);
        var most = checked(
            MessageHeader.Size + 4 + BsonText.MaxLength(fullCollectionName.Length) + 1 + 8 + document.Length
        );
        var span = output.GetSpan(most);
        BinaryPrimitives.WriteInt32LittleEndian(span[MessageHeader.Size..], (int)flags);
        var length = MessageHeader.Size + 4;
        length += BsonText.Encode(fullCollectionName, span[length..]);
        span[length++] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(span[length..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(span[(length + 4)..], -1);
        length += 8;
        document.CopyTo(span[length..]);
        length += document.Length;
        new MessageHeader(length, requestId, 0, OpCode.Query).Write(span);
        output.Advance(length);
    }

    private static ReadOnlySpan<byte> Serialize(BsonDocument document)
    {
        var buffer = t_document ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        document.WriteTo(buffer);
        var bytes = buffer.WrittenSpan;

        // Not to keep a large document's room for ever; the span keeps it as long as it is needed.
        if (buffer.Capacity > 1 << 20)
        {
            t_document = null;
        }

        return bytes;
    }
}

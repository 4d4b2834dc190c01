using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Chaos.Tests.Wire;

/// <summary>Messages, right ones and wrong ones.</summary>
internal static class Messages
{
    public static byte[] Msg(BsonDocument command, int requestId, OpMsgFlags flags = OpMsgFlags.None)
    {
        if (!command.Contains("$db"))
            command["$db"] = "app";
        return Write(command, requestId, 0, flags);
    }

    public static byte[] Reply(BsonDocument reply, int responseTo) =>
        Write(reply, 1, responseTo, OpMsgFlags.None);

    /// <summary>A header that announces <paramref name="length"/> bytes, and then <paramref name="rest"/>.</summary>
    public static byte[] Header(int length, int opCode = (int)OpCode.Msg, params ReadOnlySpan<byte> rest)
    {
        var bytes = new byte[MessageHeader.Size + rest.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), opCode);
        rest.CopyTo(bytes.AsSpan(MessageHeader.Size));
        return bytes;
    }

    /// <summary>A message of that opcode and payload whose length is right.</summary>
    public static byte[] Frame(int opCode, ReadOnlySpan<byte> payload) =>
        Header(MessageHeader.Size + payload.Length, opCode, payload);

    /// <summary>An OP_MSG with these flag bits and sections.</summary>
    public static byte[] Sections(uint flags, ReadOnlySpan<byte> sections)
    {
        var payload = new byte[4 + sections.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, flags);
        sections.CopyTo(payload.AsSpan(4));
        return Frame((int)OpCode.Msg, payload);
    }

    /// <summary>A section of kind 1.</summary>
    public static byte[] Sequence(string name, params ReadOnlySpan<byte> documents)
    {
        int size = 4 + name.Length + 1 + documents.Length;
        var bytes = new byte[1 + size];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), size);
        System.Text.Encoding.ASCII.GetBytes(name, bytes.AsSpan(5));
        documents.CopyTo(bytes.AsSpan(5 + name.Length + 1));
        return bytes;
    }

    /// <summary>A section of kind 0.</summary>
    public static byte[] Body(ReadOnlySpan<byte> document) => [0, .. document];

    /// <summary>A document within a document within a document..., which no writer of ours would write.</summary>
    public static byte[] Nested(byte[] first, int depth)
    {
        // Each level: length, type 3, name "a", zero, the level below, zero.
        const int overhead = 8;
        var bytes = new byte[first.Length + (depth * overhead)];
        int head = 0;
        int length = bytes.Length;
        // The outermost level holds the given elements in front of the first nested document.
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        first.AsSpan(4, first.Length - 5).CopyTo(bytes.AsSpan(4));
        head = first.Length - 1;
        for (int level = 0; level < depth; level++)
        {
            bytes[head] = (byte)BsonType.Document;
            bytes[head + 1] = (byte)'a';
            int inner = bytes.Length - head - 3 - 1 - level;
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(head + 3), inner);
            head += 7;
        }
        return bytes;
    }

    private static byte[] Write(BsonDocument document, int requestId, int responseTo, OpMsgFlags flags)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(output, requestId, responseTo, flags, document);
        return output.WrittenSpan.ToArray();
    }
}

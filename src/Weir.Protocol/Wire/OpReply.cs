using System.Buffers.Binary;

namespace Weir.Protocol.Wire;

/// <summary>The legacy OP_REPLY, the answer to an OP_QUERY, taken apart in place.</summary>
public readonly ref struct OpReply
{
    private const int DocumentsOffset = MessageHeader.Size + 20;

    private OpReply(ReadOnlySpan<byte> message, MessageHeader header)
    {
        Header = header;
        Flags = (OpReplyFlags)BinaryPrimitives.ReadInt32LittleEndian(message[MessageHeader.Size..]);
        CursorId = BinaryPrimitives.ReadInt64LittleEndian(message[(MessageHeader.Size + 4)..]);
        StartingFrom = BinaryPrimitives.ReadInt32LittleEndian(message[(MessageHeader.Size + 12)..]);
        NumberReturned = BinaryPrimitives.ReadInt32LittleEndian(message[(MessageHeader.Size + 16)..]);
        Documents = message[DocumentsOffset..];
    }

    public MessageHeader Header { get; }

    public OpReplyFlags Flags { get; }

    public long CursorId { get; }

    public int StartingFrom { get; }

    public int NumberReturned { get; }

    /// <summary>All documents, one after the other.</summary>
    public ReadOnlySpan<byte> Documents { get; }

    /// <summary>The first document: a command's reply. Empty when there is none.</summary>
    public ReadOnlySpan<byte> Document =>
        Documents.IsEmpty ? [] : Documents[..WireDocuments.Measure(Documents)];

    /// <param name="wholeMessage">Exactly one message, header included.</param>
    /// <exception cref="WireFormatException">The bytes are not a valid OP_REPLY.</exception>
    public static OpReply Parse(ReadOnlySpan<byte> wholeMessage)
    {
        var header = MessageHeader.ReadWhole(wholeMessage, OpCode.Reply);
        if (wholeMessage.Length < DocumentsOffset)
        {
            throw new WireFormatException("An OP_REPLY ends before its documents.");
        }

        var reply = new OpReply(wholeMessage, header);
        var count = 0;
        foreach (var _ in reply)
        {
            count++;
        }

        return count == reply.NumberReturned
            ? reply
            : throw new WireFormatException(
                $"An OP_REPLY says it has {reply.NumberReturned} documents; there are {count}."
            );
    }

    public DocumentEnumerator GetEnumerator() => new(Documents);
}

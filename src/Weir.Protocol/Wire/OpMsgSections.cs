using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>A pass over the sections of an OP_MSG that checks their frames.</summary>
internal ref struct OpMsgSections(ReadOnlySpan<byte> bytes, int offset)
{
    public const byte BodyKind = 0;
    public const byte SequenceKind = 1;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next = offset;

    public byte Kind { get; private set; }

    /// <summary>Where the identifier of a sequence begins; its zero is not counted.</summary>
    public int IdentifierOffset { get; private set; }

    public int IdentifierLength { get; private set; }

    /// <summary>Where the document or documents begin.</summary>
    public int PayloadOffset { get; private set; }

    public int PayloadLength { get; private set; }

    public bool Read()
    {
        if (_next == _bytes.Length)
        {
            return false;
        }

        Kind = _bytes[_next];
        PayloadOffset = _next + 1;
        var rest = _bytes[PayloadOffset..];
        switch (Kind)
        {
            case BodyKind:
                PayloadLength = WireDocuments.Measure(rest);
                break;
            case SequenceKind:
                ReadSequence(rest);
                break;
            default:
                throw new WireFormatException($"An OP_MSG has a section of the unknown kind {Kind}.");
        }

        _next = PayloadOffset + PayloadLength;
        return true;
    }

    private void ReadSequence(ReadOnlySpan<byte> rest)
    {
        var size = rest.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (size < 5 || size > rest.Length)
        {
            throw new WireFormatException(
                $"The size of a document sequence, {size}, does not fit the {rest.Length} bytes there are."
            );
        }

        IdentifierOffset = PayloadOffset + 4;
        IdentifierLength = rest[4..size].IndexOf((byte)0);
        if (IdentifierLength < 0)
        {
            throw new WireFormatException("The name of a document sequence has no end.");
        }

        var documents = rest[(4 + IdentifierLength + 1)..size];
        PayloadOffset = IdentifierOffset + IdentifierLength + 1;
        PayloadLength = documents.Length;
        while (!documents.IsEmpty)
        {
            documents = documents[WireDocuments.Measure(documents)..];
        }
    }
}

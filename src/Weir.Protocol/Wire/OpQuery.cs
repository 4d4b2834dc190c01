using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>The legacy OP_QUERY, which drivers still begin a connection with, taken apart in place.</summary>
public readonly ref struct OpQuery
{
    private const int NameOffset = MessageHeader.Size + 4;

    private readonly ReadOnlySpan<byte> _name;

    private OpQuery(ReadOnlySpan<byte> message, MessageHeader header, int nameLength, int queryLength)
    {
        var numbers = NameOffset + nameLength + 1;
        Header = header;
        Flags = (OpQueryFlags)BinaryPrimitives.ReadInt32LittleEndian(message[MessageHeader.Size..]);
        _name = message.Slice(NameOffset, nameLength);
        NumberToSkip = BinaryPrimitives.ReadInt32LittleEndian(message[numbers..]);
        NumberToReturn = BinaryPrimitives.ReadInt32LittleEndian(message[(numbers + 4)..]);
        QueryOffset = numbers + 8;
        Query = message.Slice(QueryOffset, queryLength);
        ReturnFieldsSelector = message[(QueryOffset + queryLength)..];
    }

    public MessageHeader Header { get; }

    public OpQueryFlags Flags { get; }

    /// <summary>Database and collection, such as <c>admin.$cmd</c>, in UTF-8, unchecked.</summary>
    public ReadOnlySpan<byte> FullCollectionNameUtf8 => _name;

    /// <summary>Database and collection, such as <c>admin.$cmd</c>.</summary>
    /// <exception cref="BsonFormatException">The name is not UTF-8.</exception>
    public string FullCollectionName => BsonText.Decode(_name);

    public int NumberToSkip { get; }

    public int NumberToReturn { get; }

    /// <summary>Where the query document begins, counted from the start of the message.</summary>
    public int QueryOffset { get; }

    public ReadOnlySpan<byte> Query { get; }

    /// <summary>The projection; empty when there is none.</summary>
    public ReadOnlySpan<byte> ReturnFieldsSelector { get; }

    /// <summary>Whether it carries a command rather than a query: the collection is <c>$cmd</c>.</summary>
    public bool IsCommand => _name.EndsWith(".$cmd"u8);

    /// <param name="wholeMessage">Exactly one message, header included.</param>
    /// <exception cref="WireFormatException">The bytes are not a valid OP_QUERY.</exception>
    public static OpQuery Parse(ReadOnlySpan<byte> wholeMessage)
    {
        var header = MessageHeader.ReadWhole(wholeMessage, OpCode.Query);
        var nameLength = wholeMessage.Length < NameOffset ? -1 : wholeMessage[NameOffset..].IndexOf((byte)0);
        var queryOffset = NameOffset + nameLength + 1 + 8;
        if (nameLength < 0 || wholeMessage.Length < queryOffset)
        {
            throw new WireFormatException("An OP_QUERY ends before its query.");
        }

        var queryLength = WireDocuments.Measure(wholeMessage[queryOffset..]);
        var rest = wholeMessage[(queryOffset + queryLength)..];
        if (!rest.IsEmpty && WireDocuments.Measure(rest) != rest.Length)
        {
            throw new WireFormatException("An OP_QUERY has bytes behind its documents.");
        }

        return new OpQuery(wholeMessage, header, nameLength, queryLength);
    }
}

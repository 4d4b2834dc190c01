namespace Weir.Protocol.Wire;

/// <summary>A named run of documents; <c>foreach</c> gives the bytes of each.</summary>
public readonly ref struct OpMsgSequence
{
    internal OpMsgSequence(ReadOnlySpan<byte> identifier, ReadOnlySpan<byte> documents, int offset)
    {
        Identifier = identifier;
        Documents = documents;
        DocumentsOffset = offset;
    }

    /// <summary>The name of the command's field in UTF-8, unchecked.</summary>
    public ReadOnlySpan<byte> Identifier { get; }

    /// <summary>All documents, one after the other.</summary>
    public ReadOnlySpan<byte> Documents { get; }

    /// <summary>Where the documents begin, counted from the start of the message.</summary>
    public int DocumentsOffset { get; }

    public DocumentEnumerator GetEnumerator() => new(Documents);
}

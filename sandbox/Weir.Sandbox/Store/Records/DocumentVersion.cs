namespace Weir.Sandbox.Store.Records;

/// <summary>One state of a document. Guarded by the store's gate; the bytes never change once they stand here.</summary>
internal sealed class DocumentVersion
{
    /// <summary>The document, or null where it is deleted.</summary>
    public required byte[]? Bytes { get; set; }

    /// <summary>Who wrote it, while that is not committed.</summary>
    public Transaction? Writer { get; set; }

    /// <summary>The commit that made it; meaningless while it has a writer.</summary>
    public long Sequence { get; set; }

    /// <summary>The state before, kept while somebody may still see it or fall back on it.</summary>
    public DocumentVersion? Previous { get; set; }
}

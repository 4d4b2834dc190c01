namespace Weir.Sandbox.Store.Records;

/// <summary>
/// A document's place in its collection: a chain of versions, newest first. Only the newest can be uncommitted, so it is
/// also the write lock of the document. Guarded by the store's gate.
/// </summary>
internal sealed class Record(long id, DocumentVersion head)
{
    /// <summary>Grows with every insert into the collection: the natural order.</summary>
    public long Id { get; } = id;

    public DocumentVersion Head { get; set; } = head;

    /// <summary>Out of the collection for good.</summary>
    public bool Removed { get; set; }

    /// <summary>The document as the transaction (or, for null, everybody) sees it; null where it is not there.</summary>
    public byte[]? Visible(Transaction? reader)
    {
        var snapshot = reader?.Snapshot ?? long.MaxValue;
        for (var version = Head; version is not null; version = version.Previous)
        {
            if (version.Writer is null ? version.Sequence <= snapshot : version.Writer == reader)
            {
                return version.Bytes;
            }
        }

        return null;
    }

    /// <summary>Throws a write conflict unless the writer may change this document.</summary>
    public void RequireWritable(Transaction writer)
    {
        var free = Head.Writer is null ? Head.Sequence <= writer.Snapshot : Head.Writer == writer;
        if (!free)
        {
            throw CommandError.WriteConflict();
        }
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Changes;

/// <summary>One committed change. Immutable; documents are parsed afresh at every call, so the caller owns them.</summary>
internal sealed class StoreChange
{
    /// <summary>Grows by at least one with every commit; the changes of one commit share it.</summary>
    public long Sequence { get; private init; }

    public required StoreChangeKind Kind { get; init; }

    public required string Database { get; init; }

    /// <summary>The collection; empty for a whole database.</summary>
    public string Collection { get; init; } = "";

    /// <summary>The new name after a rename (<c>database.collection</c>), else null.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>The explicit transaction that made the change, else null.</summary>
    public Transaction? Transaction { get; init; }

    /// <summary>The document's bytes before the change, when there was one.</summary>
    public byte[]? Before { get; init; }

    /// <summary>The document's bytes after the change, when there is one.</summary>
    public byte[]? After { get; init; }

    /// <summary><c>{_id: …}</c> of the document changed, or null when the change is not about one.</summary>
    public BsonDocument? DocumentKey
    {
        get
        {
            var bytes = After ?? Before;
            return bytes is null
                ? null
                : new BsonDocument { ["_id"] = BsonDocument.Parse(bytes).GetValueOrDefault("_id") };
        }
    }

    /// <summary>The document after the change.</summary>
    public BsonDocument? FullDocument => After is null ? null : BsonDocument.Parse(After);

    /// <summary>The document before the change.</summary>
    public BsonDocument? FullDocumentBeforeChange => Before is null ? null : BsonDocument.Parse(Before);

    /// <summary><c>{updatedFields, removedFields, truncatedArrays}</c> of an update; null for other kinds.</summary>
    public BsonDocument? UpdateDescription =>
        Kind == StoreChangeKind.Update && Before is not null && After is not null
            ? DocumentDifference.Describe(BsonDocument.Parse(Before), BsonDocument.Parse(After))
            : null;

    /// <summary>The same change as part of the commit with this number.</summary>
    internal StoreChange At(long sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = Kind,
            Database = Database,
            Collection = Collection,
            RenamedTo = RenamedTo,
            Transaction = Transaction,
            Before = Before,
            After = After,
        };
}

using Weir.Protocol.Bson;
using Weir.Sync.Transforms;

namespace Weir.Sync.Jobs;

/// <summary>One collection that a job fills.</summary>
public sealed record SyncEntity
{
    /// <summary>Its name within the job.</summary>
    public required string Name { get; init; }

    /// <summary>What it is called at the source: a collection, a table, a file pattern, a URL's path.</summary>
    public required string From { get; init; }

    /// <summary>The destination's collection.</summary>
    public required string Into { get; init; }

    /// <summary>
    /// The fields that tell documents apart, after the transforms; default <c>_id</c>. Other keys than <c>_id</c> get
    /// a unique index.
    /// </summary>
    public IReadOnlyList<string> Key { get; init; } = ["_id"];

    /// <summary>MongoDB sources: which documents; <see langword="null"/>: all.</summary>
    public BsonDocument? Filter { get; init; }

    /// <summary>MongoDB sources: an aggregation instead, which keeps the <c>_id</c>.</summary>
    public BsonArray? Pipeline { get; init; }

    /// <summary>PostgreSQL sources: a query instead of a table.</summary>
    public string? Query { get; init; }

    /// <summary>PostgreSQL sources: the columns that order the rows and tell them apart; default: the key.</summary>
    public IReadOnlyList<string>? OrderBy { get; init; }

    /// <summary>What is done to every record, in this order.</summary>
    public IReadOnlyList<Transform> Transforms { get; init; } = [];

    /// <summary>Incremental jobs: the field to go by.</summary>
    public Watermark? Watermark { get; init; }

    /// <summary>Incremental jobs: how deleted records are learnt of; <see langword="null"/>: they are not.</summary>
    public Deletes? Deletes { get; init; }

    internal bool IsKeyedById => Key is ["_id"];
}

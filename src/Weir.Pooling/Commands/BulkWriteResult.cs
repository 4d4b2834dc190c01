using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>What writes did.</summary>
public sealed record BulkWriteResult
{
    /// <summary>Documents inserted.</summary>
    public long Inserted { get; init; }

    /// <summary>Documents that updates found.</summary>
    public long Matched { get; init; }

    /// <summary>Documents that updates changed.</summary>
    public long Modified { get; init; }

    /// <summary>Documents deleted.</summary>
    public long Deleted { get; init; }

    /// <summary>The ids of the documents that updates inserted, by the place of the update.</summary>
    public IReadOnlyDictionary<int, BsonValue> Upserted { get; init; } = new Dictionary<int, BsonValue>();
}

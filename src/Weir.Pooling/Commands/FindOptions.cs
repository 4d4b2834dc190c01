using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>How documents are read. Immutable.</summary>
public sealed record FindOptions
{
    /// <summary>Their order; not for aggregations, which have <c>$sort</c>.</summary>
    public BsonDocument? Sort { get; init; }

    /// <summary>Which fields; not for aggregations.</summary>
    public BsonDocument? Projection { get; init; }

    /// <summary>How many are left out at the beginning; not for aggregations.</summary>
    public int Skip { get; init; }

    /// <summary>How many at most; 0 (the default): all. Not for aggregations.</summary>
    public int Limit { get; init; }

    /// <summary>How many come with one reply; the server's default where unset.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The index to use: a name or a document.</summary>
    public BsonValue? Hint { get; init; }

    /// <summary>How the server compares strings.</summary>
    public BsonDocument? Collation { get; init; }

    /// <summary>How long each command may take at the server.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Where it may be read; the connection string's where unset.</summary>
    public ReadPreference? ReadPreference { get; init; }

    internal bool IsSingleBatch { get; init; }

    internal void AddTo(BsonDocument command)
    {
        if (Sort is not null)
        {
            command["sort"] = Sort;
        }
        if (Projection is not null)
        {
            command["projection"] = Projection;
        }
        if (Skip > 0)
        {
            command["skip"] = Skip;
        }
        if (Limit > 0)
        {
            command["limit"] = Limit;
        }
        if (BatchSize is { } size)
        {
            command["batchSize"] = size;
        }
        if (IsSingleBatch)
        {
            command["singleBatch"] = true;
        }
        AddGeneralTo(command);
    }

    internal void AddGeneralTo(BsonDocument command)
    {
        if (Hint is { } hint)
        {
            command["hint"] = hint;
        }
        if (Collation is not null)
        {
            command["collation"] = Collation;
        }
        if (MaxTime is { } limit)
        {
            command["maxTimeMS"] = (long)limit.TotalMilliseconds;
        }
    }
}

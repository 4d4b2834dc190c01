using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>How one document is found, updated and returned. Immutable.</summary>
public sealed record FindAndUpdateOptions
{
    /// <summary>Which is the first, where several are found.</summary>
    public BsonDocument? Sort { get; init; }

    /// <summary>Which fields are returned.</summary>
    public BsonDocument? Projection { get; init; }

    /// <summary>Whether a document is inserted when none is found.</summary>
    public bool Upsert { get; init; }

    /// <summary>Whether the document is returned as it is after the update; default: as it was before.</summary>
    public bool ReturnsUpdated { get; init; }

    internal void AddTo(BsonDocument command)
    {
        if (Sort is not null)
        {
            command["sort"] = Sort;
        }
        if (Projection is not null)
        {
            command["fields"] = Projection;
        }
        if (Upsert)
        {
            command["upsert"] = true;
        }
        if (ReturnsUpdated)
        {
            command["new"] = true;
        }
    }
}

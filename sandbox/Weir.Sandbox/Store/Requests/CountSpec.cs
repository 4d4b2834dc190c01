using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>A count of the documents that match.</summary>
internal sealed record CountSpec
{
    public BsonDocument Filter { get; init; } = [];

    public long Skip { get; init; }

    /// <summary>Count no further than this; 0 is no limit.</summary>
    public long Limit { get; init; }

    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }
}

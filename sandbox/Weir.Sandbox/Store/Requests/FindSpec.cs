using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>A find: what to look for and how to hand it back.</summary>
internal sealed record FindSpec
{
    public BsonDocument Filter { get; init; } = [];

    public BsonDocument? Projection { get; init; }

    public BsonDocument? Sort { get; init; }

    public long Skip { get; init; }

    /// <summary>At most this many documents; 0 is no limit.</summary>
    public long Limit { get; init; }

    /// <summary>An index name or key pattern; Null when none was given.</summary>
    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }

    /// <summary>Variables for $expr and projections (<c>let</c>).</summary>
    public BsonDocument? Let { get; init; }

    /// <summary>The cursor waits at the end of a capped collection instead of being exhausted.</summary>
    public bool Tailable { get; init; }
}

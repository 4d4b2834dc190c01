using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>A findAndModify: change or remove the first match and hand it back.</summary>
internal sealed record FindAndModifySpec
{
    public BsonDocument Filter { get; init; } = [];

    public BsonDocument? Sort { get; init; }

    /// <summary>True removes; then <see cref="Update"/> must be Null.</summary>
    public bool Remove { get; init; }

    public BsonValue Update { get; init; }

    /// <summary>Hand back the document as it is after the change.</summary>
    public bool New { get; init; }

    public bool Upsert { get; init; }

    public BsonDocument? Projection { get; init; }

    public BsonArray? ArrayFilters { get; init; }

    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }

    public BsonDocument? Let { get; init; }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>An aggregation: a pipeline and the variables it may use.</summary>
internal sealed record AggregateSpec
{
    public BsonArray Pipeline { get; init; } = [];

    public BsonDocument? Let { get; init; }

    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }
}

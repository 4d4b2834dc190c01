using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>One entry of a delete command's <c>deletes</c>.</summary>
internal sealed record DeleteStatement
{
    public BsonDocument Filter { get; init; } = [];

    /// <summary>True for <c>limit: 1</c>, false for <c>limit: 0</c>.</summary>
    public bool Single { get; init; }

    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }

    public BsonDocument? Let { get; init; }
}

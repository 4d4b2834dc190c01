using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>One entry of an update command's <c>updates</c>.</summary>
internal sealed record UpdateStatement
{
    public BsonDocument Filter { get; init; } = [];

    /// <summary>A replacement, a document of update operators, or an array: a pipeline.</summary>
    public BsonValue Update { get; init; } = new BsonDocument();

    public bool Multi { get; init; }

    public bool Upsert { get; init; }

    public BsonArray? ArrayFilters { get; init; }

    /// <summary>Which document a single update takes when several match.</summary>
    public BsonDocument? Sort { get; init; }

    public BsonValue Hint { get; init; }

    public BsonDocument? Collation { get; init; }

    /// <summary>Variables for $expr and pipelines: the command's <c>let</c> with the statement's <c>c</c>.</summary>
    public BsonDocument? Let { get; init; }
}

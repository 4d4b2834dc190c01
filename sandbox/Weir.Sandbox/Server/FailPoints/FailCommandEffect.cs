using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>What happens to a command that a fail point hits.</summary>
internal sealed record FailCommandEffect
{
    public int? ErrorCode { get; init; }

    /// <summary>Labels of the error instead of the server's own; an empty list means none.</summary>
    public IReadOnlyList<string>? ErrorLabels { get; init; }

    public bool CloseConnection { get; init; }

    public TimeSpan Block { get; init; }

    /// <summary>Stands in the answer of a command that runs.</summary>
    public BsonDocument? WriteConcernError { get; init; }
}

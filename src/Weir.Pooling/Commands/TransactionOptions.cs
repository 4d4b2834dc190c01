using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>How a transaction reads and commits.</summary>
public sealed record TransactionOptions
{
    /// <summary>The first command's read concern.</summary>
    public BsonDocument? ReadConcern { get; init; }

    /// <summary>The commit's write concern.</summary>
    public BsonDocument? WriteConcern { get; init; }

    /// <summary>Where it reads; primary where unset, the only one that servers accept.</summary>
    public ReadPreference? ReadPreference { get; init; }

    /// <summary>How long the commit may take.</summary>
    public TimeSpan? MaxCommitTime { get; init; }
}

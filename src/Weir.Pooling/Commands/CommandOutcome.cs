using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>What came of a command.</summary>
/// <param name="Reply">The reply; its <c>ok</c> is 1.</param>
/// <param name="Server">Who gave it.</param>
/// <param name="Connection">The connection, where the request keeps it: the caller checks it in.</param>
/// <param name="Session">The session of its own that it ran in, where the request keeps the connection.</param>
public readonly record struct CommandOutcome(
    BsonDocument Reply,
    Server Server,
    PooledConnection? Connection,
    CommandSession? Session
);

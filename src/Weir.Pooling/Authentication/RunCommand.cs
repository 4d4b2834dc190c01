using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>
/// Runs one command on the connection that is being authenticated and returns the reply of a command that
/// succeeded; a reply with ok: 0 is thrown as the connection's own exception.
/// </summary>
public delegate ValueTask<BsonDocument> RunCommand(
    string database,
    BsonDocument command,
    CancellationToken cancellationToken
);

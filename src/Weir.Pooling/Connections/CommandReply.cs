using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>A reply to a command of Weir's own.</summary>
/// <param name="Document">The reply; its <c>ok</c> is 1.</param>
/// <param name="MoreToCome">
/// Whether the server will send another one without being asked: read it with
/// <see cref="ConnectionCommands.NextReplyAsync"/>.
/// </param>
public readonly record struct CommandReply(BsonDocument Document, bool MoreToCome);

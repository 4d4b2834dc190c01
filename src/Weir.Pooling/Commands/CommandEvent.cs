using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>A step of a command of Weir's own: every start is followed by a success or a failure.</summary>
/// <remarks>The events of the command monitoring specification. Commands that carry secrets are never told.</remarks>
public abstract record CommandEvent
{
    private CommandEvent() { }

    /// <summary>The command's name.</summary>
    public string CommandName { get; init; } = "";

    /// <summary>The database that it runs on.</summary>
    public string DatabaseName { get; init; } = "";

    /// <summary>The number of the operation; attempts of one operation share it.</summary>
    public long OperationId { get; init; }

    /// <summary>The server.</summary>
    public required ServerAddress Address { get; init; }

    /// <summary>The connection's number within its pool.</summary>
    public long ConnectionId { get; init; }

    /// <summary>The server's own number for the connection.</summary>
    public long? ServerConnectionId { get; init; }

    /// <summary>The service behind a load balancer that answers.</summary>
    public ObjectId? ServiceId { get; init; }

    /// <summary>The command is about to be sent, as it is here.</summary>
    public sealed record Started(BsonDocument Command) : CommandEvent;

    /// <summary>The server answered.</summary>
    public sealed record Succeeded(TimeSpan Duration, BsonDocument Reply) : CommandEvent;

    /// <summary>The server answered with an error, or the connection broke.</summary>
    public sealed record Failed(TimeSpan Duration, Exception Failure) : CommandEvent;
}

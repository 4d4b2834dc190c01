using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>A step of discovery and monitoring, in the order in which the steps were taken.</summary>
/// <remarks>The events of the SDAM monitoring specification.</remarks>
public abstract record TopologyEvent
{
    private TopologyEvent() { }

    /// <summary>A deployment began to be looked at. The first event.</summary>
    public sealed record TopologyOpening : TopologyEvent;

    /// <summary>What is known of the deployment changed.</summary>
    public sealed record TopologyDescriptionChanged(TopologyDescription Previous, TopologyDescription Current)
        : TopologyEvent;

    /// <summary>The deployment was closed. The last event.</summary>
    public sealed record TopologyClosed : TopologyEvent;

    /// <summary>A server became a member of the topology.</summary>
    public sealed record ServerOpening(ServerAddress Address) : TopologyEvent;

    /// <summary>What is known of a server changed; its round trip time does not count.</summary>
    public sealed record ServerDescriptionChanged(ServerDescription Previous, ServerDescription Current)
        : TopologyEvent;

    /// <summary>A server is no member of the topology any more.</summary>
    public sealed record ServerClosed(ServerAddress Address) : TopologyEvent;

    /// <summary>
    /// What DNS says of a <c>mongodb+srv</c> name cannot be used, or it says nothing. The servers stay as they are, and
    /// it is asked again.
    /// </summary>
    /// <param name="ServiceName">The name of the SRV records.</param>
    /// <param name="Problem">What is wrong, for people.</param>
    public sealed record SeedlistProblem(string ServiceName, string Problem) : TopologyEvent;

    /// <summary>A check begins.</summary>
    /// <param name="Address">The server.</param>
    /// <param name="Awaited">Whether the server may wait for news before it answers.</param>
    public sealed record HeartbeatStarted(ServerAddress Address, bool Awaited) : Heartbeat(Address, Awaited);

    /// <summary>A check was answered.</summary>
    public sealed record HeartbeatSucceeded(
        ServerAddress Address,
        bool Awaited,
        TimeSpan Duration,
        BsonDocument Reply
    ) : Heartbeat(Address, Awaited);

    /// <summary>A check failed.</summary>
    public sealed record HeartbeatFailed(
        ServerAddress Address,
        bool Awaited,
        TimeSpan Duration,
        Exception Failure
    ) : Heartbeat(Address, Awaited);

    /// <summary>A step of a check.</summary>
    /// <param name="Address">The server.</param>
    /// <param name="Awaited">Whether the server may wait for news before it answers.</param>
    public abstract record Heartbeat(ServerAddress Address, bool Awaited) : TopologyEvent
    {
        /// <summary>Weir's number for the monitor's connection, from 1 for each server.</summary>
        public long ConnectionId { get; init; }

        /// <summary>The server's own number for it, once it is known.</summary>
        public long? ServerConnectionId { get; init; }
    }
}

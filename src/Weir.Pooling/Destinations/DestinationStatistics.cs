using Weir.Pooling.Topologies;

namespace Weir.Pooling.Destinations;

/// <summary>
/// How a destination stood at one moment, and what has happened to it since the start. Connections and operations are
/// those of all its pools: open ones, those that leases still hold, and those that are being opened.
/// </summary>
public sealed record DestinationStatistics
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    public required DestinationState State { get; init; }

    /// <summary>Leases that are out.</summary>
    public required int Leases { get; init; }

    /// <summary>Connections that wait to be used.</summary>
    public required int Available { get; init; }

    /// <summary>Connections in use.</summary>
    public required int InUse { get; init; }

    /// <summary>Connections that are being established.</summary>
    public required int Pending { get; init; }

    /// <summary>Operations that wait for a connection.</summary>
    public required int Waiting { get; init; }

    /// <summary>Operations that run.</summary>
    public required int RunningOperations { get; init; }

    /// <summary>Operations that wait for their turn (<see cref="DestinationOptions.MaxConcurrentOperations"/>).</summary>
    public required int WaitingOperations { get; init; }

    /// <summary>Connections created.</summary>
    public required long Created { get; init; }

    /// <summary>Connections closed.</summary>
    public required long Closed { get; init; }

    /// <summary>Of these: closed to make room for other destinations.</summary>
    public required long Evicted { get; init; }

    /// <summary>How often its pools were opened.</summary>
    public required long Opened { get; init; }

    /// <summary>Of these: in the place of others that had failed.</summary>
    public required long Replaced { get; init; }

    /// <summary>Pools that were replaced or closed by name, and that leases still hold.</summary>
    public required int Retired { get; init; }

    /// <summary>When a server last answered; <see langword="null"/> while it is not open.</summary>
    public required DateTimeOffset? LastHeard { get; init; }

    /// <summary>
    /// Failures to resolve, open, check or use it: networks, timeouts, credentials; not what servers answer to
    /// commands.
    /// </summary>
    public required long Errors { get; init; }

    /// <summary>The last of them, without secrets.</summary>
    public required string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>What its monitors see; <see langword="null"/> while it is neither open nor being opened.</summary>
    public required TopologyDescription? Topology { get; init; }
}

using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;

namespace Weir.Proxy.Snapshots;

/// <summary>A server behind Weir, and its pool, as they stood at one moment. Immutable.</summary>
public sealed record ServerSnapshot
{
    /// <summary>"host:port".</summary>
    public required string Address { get; init; }

    /// <summary>What it is.</summary>
    public required ServerType Type { get; init; }

    /// <summary>Why it is not known what it is; <see langword="null"/> when nothing failed.</summary>
    public required string? Error { get; init; }

    /// <summary>The average duration of a hello; <see langword="null"/> while nothing was heard.</summary>
    public required TimeSpan? RoundTripTime { get; init; }

    /// <summary>The pool's connections and what it has done.</summary>
    public required PoolStatistics Pool { get; init; }

    /// <summary><c>maxPoolSize</c>; 0: no limit.</summary>
    public required int MaxPoolSize { get; init; }

    /// <summary>getMores that wait at the server for data, and the most that may at a time.</summary>
    public required int LongPolls { get; init; }

    /// <inheritdoc cref="LongPolls"/>
    public required int MaxLongPolls { get; init; }

    /// <summary>getMores that queue for such a turn.</summary>
    public required int WaitingLongPolls { get; init; }
}

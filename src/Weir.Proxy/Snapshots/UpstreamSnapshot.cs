using Weir.Pooling.Topologies;

namespace Weir.Proxy.Snapshots;

/// <summary>A deployment, as one credential works with it, as it stood at one moment. Immutable.</summary>
public sealed record UpstreamSnapshot
{
    /// <summary>The upstream's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who Weir is to the servers; <see langword="null"/>: nobody logs in.</summary>
    public required string? User { get; init; }

    /// <summary>What kind of deployment it is, as far as is known.</summary>
    public required TopologyType Topology { get; init; }

    /// <summary>Whether requests are held back (<see cref="ProxyServer.PauseAsync"/>).</summary>
    public required bool IsPaused { get; init; }

    /// <summary>Requests that wait for the pause to end, over all credentials.</summary>
    public required int HeldBack { get; init; }

    /// <summary>Open cursors.</summary>
    public required int Cursors { get; init; }

    /// <summary>Pinned transactions.</summary>
    public required int Transactions { get; init; }

    /// <summary>The servers.</summary>
    public required IReadOnlyList<ServerSnapshot> Servers { get; init; }
}

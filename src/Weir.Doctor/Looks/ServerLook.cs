using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Doctor.Looks;

/// <summary>What one server showed at one moment.</summary>
public sealed record ServerLook
{
    /// <summary>The server.</summary>
    public required ServerAddress Address { get; init; }

    /// <summary>What it is.</summary>
    public required ServerType Type { get; init; }

    /// <summary>When, since the looking began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>The server's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Open connections, whoever's (<c>connections.current</c>).</summary>
    public required int Current { get; init; }

    /// <summary>Connections that it would still take (<c>connections.available</c>).</summary>
    public required int Available { get; init; }

    /// <summary>Connections taken since it started (<c>connections.totalCreated</c>).</summary>
    public required long TotalCreated { get; init; }

    /// <summary>Monitors of drivers that wait for news: one per client; null on servers that do not count them.</summary>
    public int? AwaitingTopologyChanges { get; init; }

    /// <summary>This program's own connections, among <see cref="Current"/>.</summary>
    public required int Own { get; init; }

    /// <summary>Commands, queries and writes since it started; null when it does not tell.</summary>
    public long? Operations { get; init; }

    /// <summary>Open cursors; null when it does not tell.</summary>
    public CursorCounts? Cursors { get; init; }

    /// <summary>Logical sessions that it keeps; null when it does not tell.</summary>
    public long? Sessions { get; init; }

    /// <summary>Every connection, when all of them may be seen; else null.</summary>
    public IReadOnlyList<ConnectionSeen>? Connections { get; init; }

    /// <summary>Transactions that are open and idle.</summary>
    public IReadOnlyList<IdleTransaction> IdleTransactions { get; init; } = [];

    /// <summary>What could not be seen.</summary>
    public IReadOnlyList<BlindSpot> BlindSpots { get; init; } = [];

    /// <summary>Connections at most.</summary>
    public int Limit => Current + Available;

    /// <summary>Connections between the deployment's servers, as far as they may be seen.</summary>
    public int Internal => Connections?.Count(seen => seen.Kind == ConnectionKind.Internal) ?? 0;

    /// <summary>Connections of clients: neither the deployment's nor this program's.</summary>
    public int OfClients => Math.Max(0, Current - Own - Internal);
}

using Weir.Doctor.Looks;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Reports;

/// <summary>One server's figures.</summary>
public sealed record ServerReport
{
    /// <summary>The server, as <c>host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>What it is.</summary>
    public required string Type { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Connections of clients now.</summary>
    public required int Connections { get; init; }

    /// <summary>The most of them at one look.</summary>
    public required int Peak { get; init; }

    /// <summary>Connections at most, whoever's.</summary>
    public required int Limit { get; init; }

    /// <summary>Where the limit likely comes from.</summary>
    public string? LimitOrigin { get; init; }

    /// <summary>Connections between servers, which are not counted.</summary>
    public required int Internal { get; init; }

    /// <summary>This program's own connections, which are not counted.</summary>
    public required int Own { get; init; }

    /// <summary>Clients, counted by the monitors that wait for news; null when the server does not count them.</summary>
    public int? Clients { get; init; }

    /// <summary>Connections opened per second during the watch.</summary>
    public required double OpenedPerSecond { get; init; }

    /// <summary>Commands per second during the watch; null when the server does not tell.</summary>
    public double? OperationsPerSecond { get; init; }

    /// <summary>Connections if every pool grew to its driver's default maximum; null when holders cannot be seen.</summary>
    public int? Forecast { get; init; }

    /// <summary>Open cursors.</summary>
    public CursorCounts? Cursors { get; init; }

    /// <summary>Logical sessions.</summary>
    public long? Sessions { get; init; }

    /// <summary>Open transactions that nobody uses.</summary>
    public required int IdleTransactions { get; init; }

    /// <summary>Who holds the connections, largest first; null when that may not be seen.</summary>
    public IReadOnlyList<Holder>? Holders { get; init; }
}

namespace Weir.Doctor.Checks;

/// <summary>What a check saw of one server.</summary>
public sealed record ServerVerdict
{
    /// <summary>The server, as <c>host:port</c>.</summary>
    public required string Server { get; init; }

    /// <summary>The most connections of clients at one look.</summary>
    public required int Peak { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset PeakAt { get; init; }

    /// <summary>When that was, in seconds since the check began.</summary>
    public required double PeakAfterSeconds { get; init; }

    /// <summary>Connections of clients at the last look.</summary>
    public required int Last { get; init; }

    /// <summary>
    /// Connections that the server took between the first and the last look, whoever's: many more than
    /// <see cref="Peak"/> mean that connections come and go between looks.
    /// </summary>
    public required long Opened { get; init; }

    /// <summary>Who held the connections at the peak, largest first; null when that could not be seen.</summary>
    public IReadOnlyList<HolderCount>? Holders { get; init; }

    /// <summary>This program's own connections, which are not counted.</summary>
    public required int Own { get; init; }

    /// <summary>Connections between the deployment's servers, which are not counted as far as they are seen.</summary>
    public required int Internal { get; init; }
}

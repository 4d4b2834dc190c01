namespace Weir.Doctor.Checks;

/// <summary>The outcome of a <see cref="ConnectionCheck"/>, with its evidence.</summary>
public sealed record ConnectionVerdict
{
    /// <summary>Whether every server had at most <see cref="Max"/> connections at every look.</summary>
    public required bool Passed { get; init; }

    /// <summary>Connections allowed per server.</summary>
    public required int Max { get; init; }

    /// <summary>The application whose connections were counted; null: all of them.</summary>
    public string? AppName { get; init; }

    /// <summary>How long it was watched, in seconds.</summary>
    public required double WatchedSeconds { get; init; }

    /// <summary>Looks taken at each server.</summary>
    public required int Looks { get; init; }

    /// <summary>What was seen of each server.</summary>
    public required IReadOnlyList<ServerVerdict> Servers { get; init; }

    /// <summary>What could not be seen.</summary>
    public required IReadOnlyList<Looks.BlindSpot> BlindSpots { get; init; }
}

using Weir.Doctor.Looks;

namespace Weir.Doctor.Reports;

/// <summary>What a watch of a deployment showed, and what is to be said about it.</summary>
public sealed record DoctorReport
{
    /// <summary>The connection string, secrets starred out.</summary>
    public required string Deployment { get; init; }

    /// <summary>What the deployment is.</summary>
    public required string Topology { get; init; }

    /// <summary>How long it was watched, in seconds.</summary>
    public required double WatchedSeconds { get; init; }

    /// <summary>Looks at each server.</summary>
    public required int Looks { get; init; }

    /// <summary>The servers.</summary>
    public required IReadOnlyList<ServerReport> Servers { get; init; }

    /// <summary>What is wrong, worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What could not be seen.</summary>
    public required IReadOnlyList<BlindSpot> BlindSpots { get; init; }
}

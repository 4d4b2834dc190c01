using System.Globalization;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Selection;

/// <summary>
/// No suitable server was found. The message describes the topology as it was seen: each server with its type
/// and last error.
/// </summary>
public sealed class ServerSelectionException : Exception
{
    private ServerSelectionException(string message, TopologyDescription topology, bool isTimeout)
        : base(message)
    {
        Topology = topology;
        IsTimeout = isTimeout;
    }

    /// <summary>The topology as it was seen last.</summary>
    public TopologyDescription Topology { get; }

    /// <summary>
    /// Whether time ran out; otherwise waiting would not have helped (versions do not fit, or it is closed).
    /// </summary>
    public bool IsTimeout { get; }

    internal static ServerSelectionException TimedOut(
        ReadPreference preference,
        bool write,
        TimeSpan timeout,
        TopologyDescription topology,
        string? problem = null
    )
    {
        var milliseconds = timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        return new(
            $"no server for {(write ? "a write" : preference.ToString())} within {milliseconds} ms "
                + $"(serverSelectionTimeoutMS); {(problem is null ? "" : problem + "; ")}topology {topology}",
            topology,
            isTimeout: true
        );
    }

    internal static ServerSelectionException Incompatible(TopologyDescription topology) =>
        new($"{topology.CompatibilityError} Topology {topology}", topology, isTimeout: false);

    internal static ServerSelectionException Closed(TopologyDescription topology) =>
        new("the deployment is closed", topology, isTimeout: false);
}

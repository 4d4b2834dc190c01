using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Selection;

/// <summary>Which servers of a topology an operation may go to: pure functions, no waiting.</summary>
/// <remarks>The server selection and max staleness specifications.</remarks>
public static class ServerSelector
{
    /// <summary>How often an idle primary writes a no-op, so that its secondaries do not look stale.</summary>
    private static readonly TimeSpan IdleWritePeriod = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SmallestMaxStaleness = TimeSpan.FromSeconds(90);

    /// <summary>The servers that are suitable, near or not.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="preference">Where reads may go; writes do not look at it.</param>
    /// <param name="write">Whether the operation writes.</param>
    /// <param name="heartbeatFrequency">How often servers are checked.</param>
    /// <param name="deprioritized">Servers to be avoided while there are others.</param>
    /// <exception cref="InvalidReadPreferenceException">The maximum staleness is too small to be measured.</exception>
    public static IReadOnlyList<ServerDescription> Suitable(
        TopologyDescription topology,
        ReadPreference preference,
        bool write,
        TimeSpan heartbeatFrequency,
        IReadOnlyCollection<ServerAddress>? deprioritized = null
    )
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(preference);
        if (deprioritized is { Count: > 0 })
        {
            var rest = topology.Servers.Where(s => !deprioritized.Contains(s.Address)).ToArray();
            var preferred = Suitable(topology, rest, preference, write, heartbeatFrequency);
            if (preferred.Count > 0)
            {
                return preferred;
            }
        }
        return Suitable(topology, topology.Servers, preference, write, heartbeatFrequency);
    }

    /// <summary>Those of <paramref name="suitable"/> that are not much farther away than the nearest.</summary>
    public static IReadOnlyList<ServerDescription> InWindow(
        IReadOnlyList<ServerDescription> suitable,
        TimeSpan localThreshold
    )
    {
        ArgumentNullException.ThrowIfNull(suitable);
        if (suitable.Count < 2)
        {
            return suitable;
        }
        var farthest = suitable.Min(RoundTripTime) + localThreshold;
        return [.. suitable.Where(s => RoundTripTime(s) <= farthest)];

        static TimeSpan RoundTripTime(ServerDescription server) => server.RoundTripTime ?? TimeSpan.Zero;
    }

    private static IReadOnlyList<ServerDescription> Suitable(
        TopologyDescription topology,
        IReadOnlyList<ServerDescription> servers,
        ReadPreference preference,
        bool write,
        TimeSpan heartbeatFrequency
    )
    {
        switch (topology.Type)
        {
            case TopologyType.Single:
                return [.. servers.Where(s => s.Type.IsKnown())];
            case TopologyType.LoadBalanced:
                return servers;
            case TopologyType.Sharded:
                return [.. servers.Where(s => s.Type == ServerType.Mongos)];
            case TopologyType.ReplicaSetNoPrimary:
            case TopologyType.ReplicaSetWithPrimary:
                var primary = servers.Where(s => s.Type == ServerType.RSPrimary);
                return write
                    ? primary.ToArray()
                    : Readable(topology, servers, preference, heartbeatFrequency);
            default:
                return [];
        }
    }

    private static ServerDescription[] Readable(
        TopologyDescription topology,
        IReadOnlyList<ServerDescription> servers,
        ReadPreference preference,
        TimeSpan heartbeatFrequency
    )
    {
        Validate(preference, heartbeatFrequency);
        ServerDescription[] primary = [.. servers.Where(s => s.Type == ServerType.RSPrimary)];
        switch (preference.Mode)
        {
            case ReadPreferenceMode.Primary:
            case ReadPreferenceMode.PrimaryPreferred when primary.Length > 0:
                return primary;
            case ReadPreferenceMode.Nearest:
                return Eligible(
                    servers.Where(s => s.Type is ServerType.RSPrimary or ServerType.RSSecondary),
                    topology,
                    preference,
                    heartbeatFrequency
                );
            default:
                var secondaries = Eligible(
                    servers.Where(s => s.Type == ServerType.RSSecondary),
                    topology,
                    preference,
                    heartbeatFrequency
                );
                return secondaries.Length == 0 && preference.Mode == ReadPreferenceMode.SecondaryPreferred
                    ? primary
                    : secondaries;
        }
    }

    private static ServerDescription[] Eligible(
        IEnumerable<ServerDescription> candidates,
        TopologyDescription topology,
        ReadPreference preference,
        TimeSpan heartbeatFrequency
    )
    {
        ServerDescription[] fresh = preference.MaxStaleness is { } max
            ? [.. candidates.Where(s => Staleness.Of(s, topology, heartbeatFrequency) <= max)]
            : [.. candidates];
        if (preference.TagSets.Count == 0)
        {
            return fresh;
        }
        foreach (var tags in preference.TagSets)
        {
            ServerDescription[] matching = [.. fresh.Where(tags.Matches)];
            if (matching.Length > 0)
            {
                return matching;
            }
        }
        return [];
    }

    private static void Validate(ReadPreference preference, TimeSpan heartbeatFrequency)
    {
        if (preference.MaxStaleness is not { } max)
        {
            return;
        }
        if (max < SmallestMaxStaleness)
        {
            throw new InvalidReadPreferenceException(
                $"maxStalenessSeconds must be at least {SmallestMaxStaleness.TotalSeconds:0}, "
                    + $"but is {max.TotalSeconds:0}"
            );
        }
        if (max < heartbeatFrequency + IdleWritePeriod)
        {
            throw new InvalidReadPreferenceException(
                $"maxStalenessSeconds is {max.TotalSeconds:0}, but must be at least "
                    + $"{(heartbeatFrequency + IdleWritePeriod).TotalSeconds:0.###} "
                    + $"(heartbeatFrequencyMS {heartbeatFrequency.TotalMilliseconds:0} and an idle "
                    + "primary's write period of 10 s)"
            );
        }
    }
}

using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Dns;

/// <summary>The step from one topology to the next when DNS has told of other hosts: a pure function but for the lot.</summary>
internal static class SeedlistChange
{
    /// <summary>Whether the hosts of such a deployment are DNS's to say (any more).</summary>
    public static bool Follows(TopologyType type) => type is TopologyType.Unknown or TopologyType.Sharded;

    /// <summary>
    /// Takes out the servers that are not among <paramref name="hosts"/>, leaves the others as they are, and adds
    /// the new ones: as many as <paramref name="limit"/> (<c>srvMaxHosts</c>, zero: no limit) leaves room for.
    /// The same instance when that changes nothing.
    /// </summary>
    public static TopologyDescription Apply(
        TopologyDescription topology,
        IReadOnlyList<ServerAddress> hosts,
        int limit,
        Random random
    )
    {
        if (!Follows(topology.Type) || hosts.Count == 0)
        {
            return topology;
        }
        ServerAddress[] gone = [.. topology.Servers.Select(s => s.Address).Except(hosts)];
        var kept = topology.Servers.Count - gone.Length;
        ServerAddress[] added = [.. hosts.Where(h => topology.Find(h) is null).Distinct()];
        var room = limit == 0 ? added.Length : Math.Max(0, limit - kept);
        if (room < added.Length)
        {
            random.Shuffle(added);
            added = added[..room];
        }
        if (gone.Length + added.Length == 0)
        {
            return topology;
        }
        var draft = new TopologyDraft(topology);
        foreach (var address in gone)
        {
            draft.Remove(address);
        }
        foreach (var address in added)
        {
            draft.Add(address);
        }
        return draft.Finish();
    }
}

using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Topologies;

/// <summary>What happened to the members between one topology and the next.</summary>
internal static class TopologyDifference
{
    /// <summary>The servers of <paramref name="current"/> that are not in <paramref name="previous"/>.</summary>
    public static IEnumerable<ServerAddress> Added(
        TopologyDescription previous,
        TopologyDescription current
    ) => current.Servers.Where(s => previous.Find(s.Address) is null).Select(s => s.Address);

    /// <summary>The servers of <paramref name="previous"/> that are not in <paramref name="current"/>.</summary>
    public static IEnumerable<ServerAddress> Removed(
        TopologyDescription previous,
        TopologyDescription current
    ) => Added(current, previous);

    /// <summary>Queues the events of the step; nothing when both say the same.</summary>
    public static void Publish(
        TopologyDescription previous,
        TopologyDescription current,
        TopologyEventQueue events
    )
    {
        if (!events.IsOn)
        {
            return;
        }
        foreach (var server in current.Servers)
        {
            if (previous.Find(server.Address) is { } before && !before.SaysTheSameAs(server))
            {
                events.Add(new TopologyEvent.ServerDescriptionChanged(before, server));
            }
        }
        foreach (var address in Removed(previous, current))
        {
            events.Add(new TopologyEvent.ServerClosed(address));
        }
        if (!previous.SaysTheSameAs(current))
        {
            events.Add(new TopologyEvent.TopologyDescriptionChanged(previous, current));
        }
        foreach (var address in Added(previous, current))
        {
            events.Add(new TopologyEvent.ServerOpening(address));
        }
    }
}

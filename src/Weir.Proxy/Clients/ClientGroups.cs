using System.Net;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>Tells which connections seem to belong to one client process. Thread-safe.</summary>
internal sealed class ClientGroups(TimeProvider time)
{
    /// <summary>All connections of a process that dies close within this time, in whatever order.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientGroupKey, ClientGroup> _groups = [];

    /// <summary>Puts <paramref name="client"/> into its group, as its hello tells it.</summary>
    public void Join(ClientConnection client, BsonDocument? metadata, bool loadBalanced)
    {
        var key = new ClientGroupKey((client.RemoteEndPoint as IPEndPoint)?.Address, metadata);
        lock (_lock)
        {
            Leave_NeedsLock(client);
            if (!_groups.TryGetValue(key, out ClientGroup? group))
                _groups[key] = group = new ClientGroup(key);
            group.Count++;
            group.IsLoadBalanced |= loadBalanced;
            client.Group = group;
        }
    }

    public void Leave(ClientConnection client)
    {
        lock (_lock)
            Leave_NeedsLock(client);
    }

    /// <summary>It said hello a second time: unless it asks for more some day, it is a driver's monitor.</summary>
    public void Monitor(ClientConnection client)
    {
        lock (_lock)
        {
            if (client is not { Group: { } group, HasForwarded: false })
                return;
            client.IsMonitor = true;
            group.Monitors++;
        }
    }

    /// <summary>It asked for more than hello.</summary>
    public void NoMonitor(ClientConnection client)
    {
        if (!client.IsMonitor)
            return;
        lock (_lock)
        {
            client.IsMonitor = false;
            if (client.Group is { } group)
                group.Monitors--;
        }
    }

    /// <summary>
    /// Whether the process is gone, as far as can be told, that had a connection of <paramref name="group"/> which
    /// was closed at <paramref name="closed"/>, a timestamp.
    /// </summary>
    /// <remarks>
    /// It is when no connection like its is left; when a monitor went with it, which a driver keeps as long as its
    /// client; or when a driver of its kind has no monitor at all: then no such process has more than one connection,
    /// as drivers of one thread do.
    /// </remarks>
    public bool IsGone(ClientGroup? group, long closed)
    {
        if (group is null)
            return true;
        lock (_lock)
        {
            return group.Count == 0
                || (group is { Monitors: 0, HasMetadata: true, IsLoadBalanced: false })
                || (
                    group.MonitorGoneAt != 0
                    && time.GetElapsedTime(group.MonitorGoneAt, closed).Duration() <= Together
                );
        }
    }

    private void Leave_NeedsLock(ClientConnection client)
    {
        if (client.Group is not { } group)
            return;
        if (client.IsMonitor)
        {
            client.IsMonitor = false;
            group.Monitors--;
            group.MonitorGoneAt = time.GetTimestamp();
        }
        if (--group.Count == 0)
            _groups.Remove(group.Key);
    }
}

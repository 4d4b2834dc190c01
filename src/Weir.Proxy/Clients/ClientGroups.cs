using System.Net;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>Tells which connections seem to belong to one client process. Thread-safe.</summary>
internal sealed class ClientGroups(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ClientGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>Puts <paramref name="client"/> into its group, as its hello tells it.</summary>
    public void Join(ClientConnection client, BsonDocument? metadata)
    {
        string address = client.RemoteEndPoint is IPEndPoint ip ? ip.Address.ToString() : "local";
        // The document itself tells more than any hash of it, and is small: 512 bytes by specification.
        string key = metadata is null ? address : $"{address} {metadata}";
        lock (_lock)
        {
            Leave_NeedsLock(client);
            if (!_groups.TryGetValue(key, out ClientGroup? group))
            {
                HandshakeMetadata? parsed = metadata is null ? null : HandshakeMetadata.Parse(metadata);
                _groups[key] = group = new ClientGroup(key, parsed);
            }
            group.Count++;
            client.Group = group;
        }
    }

    public void Leave(ClientConnection client)
    {
        lock (_lock)
            Leave_NeedsLock(client);
    }

    /// <summary>Whether no connection of <paramref name="group"/> is open any more.</summary>
    public bool IsEmpty(ClientGroup group)
    {
        lock (_lock)
            return group.Count == 0;
    }

    private void Leave_NeedsLock(ClientConnection client)
    {
        if (client.Group is not { } group)
            return;
        // A monitor says hello again and again and nothing else.
        if (client.Hellos > 1 && !client.HasForwarded)
            group.MonitorGoneAt = time.GetTimestamp();
        if (--group.Count == 0)
            _groups.Remove(group.Key);
    }
}

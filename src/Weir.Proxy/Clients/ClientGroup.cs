using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>
/// The connections that seem to belong to one client process: same address, same handshake metadata. Changed by
/// <see cref="ClientGroups"/> only.
/// </summary>
internal sealed class ClientGroup(ClientGroupKey key)
{
    public ClientGroupKey Key { get; } = key;

    /// <summary>Whether its clients said who they are.</summary>
    public bool HasMetadata => Document is not null;

    /// <summary>Who they said they are.</summary>
    public HandshakeMetadata Metadata { get; } =
        key.Metadata is null ? HandshakeMetadata.None : HandshakeMetadata.Parse(key.Metadata);

    /// <summary>The same as they said it; not to be changed.</summary>
    public BsonDocument? Document => Key.Metadata;

    /// <summary>Connections that are open.</summary>
    public int Count { get; internal set; }

    /// <summary>Of these: connections that have only ever said hello, again and again.</summary>
    public int Monitors { get; internal set; }

    /// <summary>Its clients come through a load balancer, as they think, and so have no monitors.</summary>
    public bool IsLoadBalanced { get; internal set; }

    /// <summary>When the last monitoring connection went, in the clock's timestamps; 0: none has.</summary>
    public long MonitorGoneAt { get; internal set; }
}

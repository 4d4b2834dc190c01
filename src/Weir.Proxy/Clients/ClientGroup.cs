namespace Weir.Proxy.Clients;

/// <summary>
/// The connections that seem to belong to one client process: same address, same handshake metadata. Changed by
/// <see cref="ClientGroups"/> only.
/// </summary>
internal sealed class ClientGroup(string key, HandshakeMetadata? metadata)
{
    public string Key { get; } = key;

    /// <summary>Whether its clients said who they are.</summary>
    public bool HasMetadata => metadata is not null;

    /// <summary>Who they said they are.</summary>
    public HandshakeMetadata Metadata { get; } = metadata ?? HandshakeMetadata.None;

    /// <summary>Connections that are open.</summary>
    public int Count { get; internal set; }

    /// <summary>When the last monitoring connection went, in the clock's timestamps; 0: none has.</summary>
    public long MonitorGoneAt { get; internal set; }
}

using System.Collections.Concurrent;

namespace Weir.Proxy.Clients;

/// <summary>The client connections that are open, over all listeners. Thread-safe.</summary>
internal sealed class ClientRegistry
{
    private readonly ConcurrentDictionary<long, ClientConnection> _clients = new();
    private long _lastId;
    private volatile bool _draining;

    public long NextId() => Interlocked.Increment(ref _lastId);

    public void Add(ClientConnection client)
    {
        _clients[client.Id] = client;
        // Looked at after the entry: either this sees the drain, or the drain sees the entry.
        if (_draining)
            client.CloseWhenIdle();
    }

    /// <summary>Those that are open at this moment.</summary>
    public ICollection<ClientConnection> All => _clients.Values;

    public ClientConnection? Find(long id) => _clients.GetValueOrDefault(id);

    public void Remove(ClientConnection client) => _clients.TryRemove(client.Id, out _);

    /// <summary>Lets every client finish what it has in hand and closes it then; new ones too.</summary>
    public void Drain()
    {
        _draining = true;
        foreach (ClientConnection client in _clients.Values)
            client.CloseWhenIdle();
    }

    /// <summary>Ends all that are left, whatever they have in hand.</summary>
    public void AbortAll()
    {
        foreach (ClientConnection client in _clients.Values)
            client.Abort();
    }
}

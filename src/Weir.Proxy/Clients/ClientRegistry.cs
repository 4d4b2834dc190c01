namespace Weir.Proxy.Clients;

/// <summary>
/// The client connections that are open, over all listeners: a list that runs through them. Thread-safe.
/// </summary>
internal sealed class ClientRegistry
{
    private readonly Lock _lock = new();
    private ClientConnection? _first;
    private long _lastId;
    private bool _draining;

    public long NextId() => Interlocked.Increment(ref _lastId);

    public void Add(ClientConnection client)
    {
        bool draining;
        lock (_lock)
        {
            client.Next = _first;
            _first?.Previous = client;
            _first = client;
            draining = _draining;
        }
        if (draining)
            client.CloseWhenIdle();
    }

    /// <summary>Those that are open at this moment, the newest first.</summary>
    public IReadOnlyList<ClientConnection> All
    {
        get
        {
            lock (_lock)
                return All_NeedsLock();
        }
    }

    /// <summary>Looks through all of them.</summary>
    public ClientConnection? Find(long id)
    {
        lock (_lock)
        {
            ClientConnection? client = _first;
            while (client is not null && client.Id != id)
                client = client.Next;
            return client;
        }
    }

    public void Remove(ClientConnection client)
    {
        lock (_lock)
        {
            client.Next?.Previous = client.Previous;
            if (client.Previous is { } previous)
                previous.Next = client.Next;
            else
                _first = client.Next;
            client.Next = client.Previous = null;
        }
    }

    /// <summary>Lets every client finish what it has in hand and closes it then; new ones too.</summary>
    public void Drain()
    {
        List<ClientConnection> clients;
        lock (_lock)
        {
            _draining = true;
            clients = All_NeedsLock();
        }
        foreach (ClientConnection client in clients)
            client.CloseWhenIdle();
    }

    /// <summary>Ends all that are left, whatever they have in hand.</summary>
    public void AbortAll()
    {
        foreach (ClientConnection client in All)
            client.Abort();
    }

    private List<ClientConnection> All_NeedsLock()
    {
        List<ClientConnection> all = [];
        for (ClientConnection? client = _first; client is not null; client = client.Next)
            all.Add(client);
        return all;
    }
}

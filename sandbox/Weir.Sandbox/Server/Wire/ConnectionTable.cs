namespace Weir.Sandbox.Server;

/// <summary>
/// A member's open connections, their limit and their counters. Every change is made under one lock, so that the
/// counters are exact at any moment; the demo and the tests take their figures from here. Thread-safe.
/// </summary>
internal sealed class ConnectionTable(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, ClientConnection> open = [];
    private readonly Dictionary<string, int> byAppName = [];
    private int peak;
    private long created;
    private long refused;

    public int Limit { get; } = limit;

    public ConnectionCounters Counters
    {
        get
        {
            lock (gate)
            {
                return new ConnectionCounters
                {
                    Current = open.Count,
                    Peak = peak,
                    TotalCreated = created,
                    Refused = refused,
                    ByAppName = new Dictionary<string, int>(byAppName),
                };
            }
        }
    }

    /// <summary>Takes a connection in, unless the limit is reached: then it is counted as refused.</summary>
    public ClientConnection? TryAdmit(Func<long, ClientConnection> make)
    {
        lock (gate)
        {
            if (open.Count >= Limit)
            {
                refused++;
                return null;
            }

            var connection = make(++created);
            open.Add(connection.Id, connection);
            peak = Math.Max(peak, open.Count);
            Count("", 1);
            return connection;
        }
    }

    public void Remove(ClientConnection connection)
    {
        lock (gate)
        {
            if (open.Remove(connection.Id))
            {
                Count(connection.AppName, -1);
            }
        }

        connection.MarkEnded();
    }

    /// <summary>Keeps what a connection said about itself, once.</summary>
    public void Introduce(ClientConnection connection, ClientMetadata metadata)
    {
        lock (gate)
        {
            if (open.ContainsKey(connection.Id))
            {
                Count(connection.AppName, -1);
                Count(metadata.AppName, 1);
            }

            connection.Metadata = metadata;
        }
    }

    public ClientConnection[] Snapshot()
    {
        lock (gate)
        {
            return [.. open.Values];
        }
    }

    private void Count(string appName, int change)
    {
        var count = byAppName.GetValueOrDefault(appName) + change;
        if (count == 0)
        {
            byAppName.Remove(appName);
        }
        else
        {
            byAppName[appName] = count;
        }
    }
}

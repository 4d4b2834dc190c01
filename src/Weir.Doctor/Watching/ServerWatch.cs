using Weir.Doctor.Looks;

namespace Weir.Doctor.Watching;

/// <summary>One server over all the looks of a watch. Not thread-safe.</summary>
internal sealed class ServerWatch(ServerLook first)
{
    private readonly Dictionary<long, ConnectionHistory> _connections = [];
    private readonly List<int> _created = [];
    private int _look = -1;

    public ServerLook First { get; } = first;

    public ServerLook Last { get; private set; } = first;

    public int Peak { get; private set; }

    public int Looks => _look + 1;

    /// <summary>The number of the last look.</summary>
    public int LastLook => _look;

    public IReadOnlyCollection<ConnectionHistory> Connections => _connections.Values;

    /// <summary>Connections that the server took during the watch, less this program's own.</summary>
    public long Opened =>
        Math.Max(0, Last.TotalCreated - First.TotalCreated - Math.Max(0, Last.Own - First.Own));

    /// <summary>In how many of the intervals between looks connections were opened.</summary>
    public int BusyIntervals => _created.Count(count => count > 0);

    public TimeSpan Duration => Last.At - First.At;

    public void Add(ServerLook look)
    {
        if (++_look > 0)
        {
            var own = Math.Max(0, look.Own - Last.Own);
            _created.Add(
                (int)Math.Min(int.MaxValue, Math.Max(0, look.TotalCreated - Last.TotalCreated - own))
            );
        }

        Last = look;
        Peak = Math.Max(Peak, look.OfClients);
        foreach (var seen in (look.Connections ?? []).Where(seen => seen.IsOfClient))
        {
            if (_connections.TryGetValue(seen.Id, out var known))
            {
                known.Add(seen, _look);
            }
            else
            {
                _connections[seen.Id] = new ConnectionHistory(seen, _look);
            }
        }
    }

    /// <summary>Finds the processes at the other end of connections that come from this machine.</summary>
    public void FindProcesses(
        IReadOnlyDictionary<int, LocalProcess> byPort,
        IReadOnlySet<string> ownAddresses
    )
    {
        foreach (var connection in _connections.Values.Where(connection => connection.Process is null))
        {
            var seen = connection.Seen;
            if (connection.LastLook == _look && LocalProcesses.IsLocal(seen.Host, ownAddresses))
            {
                connection.Process = byPort.GetValueOrDefault(seen.Port);
            }
        }
    }

    public List<Holder> Holders() =>
        [
            .. _connections
                .Values.GroupBy(connection => (Key(connection.Seen), connection.Process))
                .Select(group => Describe([.. group]))
                .OrderByDescending(holder => holder.Connections)
                .ThenByDescending(holder => holder.Opened),
        ];

    private Holder Describe(List<ConnectionHistory> group)
    {
        var there = group.Where(connection => connection.LastLook == _look).ToList();
        var gone = group.Where(connection => connection.LastLook < _look).ToList();
        var newClients = there
            .Where(connection => connection is { IsMonitor: true, FirstLook: > 0 })
            .ToList();
        var clients = there.Count(connection => connection.IsMonitor);
        var idle = there.Count(connection =>
            connection is { FirstLook: 0, ActiveLooks.Count: 0, IsMonitor: false }
        );
        // One of them per client measures round trips.
        var measuring = there.Count(connection => connection is { FirstLook: 0, IsMonitor: true });
        // The newest tells best what it is: an old connection may have been made before an upgrade.
        var seen = group.MaxBy(connection => connection.Seen.Id)!.Seen;
        return new Holder
        {
            AppName = seen.AppName,
            Driver = seen.Driver,
            DriverVersion = seen.DriverVersion,
            Platform = seen.Platform,
            FunctionService = seen.FunctionService,
            Host = seen.Host,
            Process = group[0].Process,
            Connections = there.Count,
            Clients = clients,
            MostActive = group
                .SelectMany(connection => connection.ActiveLooks)
                .CountBy(look => look)
                .Select(look => look.Value)
                .DefaultIfEmpty()
                .Max(),
            IdleThroughout = Looks > 1 ? Math.Max(0, idle - measuring) : 0,
            Opened = group.Count(connection => connection.FirstLook > 0),
            Closed = gone.Count,
            NewClients = newClients.Count,
            NewClientLooks = newClients.DistinctBy(connection => connection.FirstLook).Count(),
            GoneClients = gone.Count(connection => connection.IsMonitor),
            Operations =
            [
                .. group
                    .SelectMany(connection => connection.Operations)
                    .CountBy(operation => operation)
                    .OrderByDescending(operation => operation.Value)
                    .Take(3)
                    .Select(operation => operation.Key),
            ],
        };
    }

    private static (string App, string Driver, string Host) Key(ConnectionSeen seen) =>
        (seen.AppName, $"{seen.Driver} {seen.DriverVersion}", seen.Host);
}

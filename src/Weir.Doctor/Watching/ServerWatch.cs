using Weir.Doctor.Looks;

namespace Weir.Doctor.Watching;

/// <summary>One server over all the looks of a watch. Not thread-safe.</summary>
/// <param name="first">The first look.</param>
/// <param name="earlier">Since when connections have been idle, as the watch before tells; null when there was none.</param>
internal sealed class ServerWatch(
    ServerLook first,
    IReadOnlyDictionary<(long Id, int Port), TimeSpan>? earlier = null
)
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

    /// <summary>Since when each connection that is there has been idle, for a watch that follows.</summary>
    public Dictionary<(long Id, int Port), TimeSpan> IdleSince =>
        _connections
            .Values.Where(connection => connection.LastLook == _look && connection.IdleSince is not null)
            .ToDictionary(
                connection => (connection.Seen.Id, connection.Seen.Port),
                connection => connection.IdleSince!.Value
            );

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
                known.Add(seen, _look, look.At);
            }
            else
            {
                var idleSince =
                    earlier?.TryGetValue((seen.Id, seen.Port), out var since) == true
                        ? since
                        : (TimeSpan?)null;
                _connections[seen.Id] = new ConnectionHistory(seen, _look, look.At, idleSince);
            }
        }
    }

    /// <summary>Finds the processes at the other end of connections that come from this machine.</summary>
    public void FindProcesses(
        IReadOnlyDictionary<(int Own, int Server), LocalProcess> byPorts,
        IReadOnlySet<string> ownAddresses
    )
    {
        foreach (var connection in _connections.Values.Where(connection => connection.Process is null))
        {
            var seen = connection.Seen;
            if (connection.LastLook == _look && LocalProcesses.IsLocal(seen.Host, ownAddresses))
            {
                connection.Process = byPorts.GetValueOrDefault((seen.Port, Last.Address.Port));
            }
        }
    }

    public List<Holder> Holders()
    {
        var only = _connections
            .Values.Where(connection => connection.Process is not null)
            .GroupBy(connection => Key(connection.Seen), connection => connection.Process)
            .Where(group => group.Distinct().Count() == 1)
            .ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. _connections
                .Values.GroupBy(connection => (Key(connection.Seen), Process(connection, only)))
                .Select(group => Describe([.. group]))
                .OrderByDescending(holder => holder.Connections)
                .ThenByDescending(holder => holder.Opened),
        ];
    }

    // A connection that came and went between two searches belongs to no process that was found: where only one is like
    // it, it is taken for that one's.
    private static LocalProcess? Process(
        ConnectionHistory connection,
        Dictionary<(string App, string Driver, string Host), LocalProcess?> only
    ) =>
        connection is { Process: null, FirstLook: > 0 }
            ? only.GetValueOrDefault(Key(connection.Seen))
            : connection.Process;

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
        var idleTimes = IdleTimes(there, measuring);
        var opened = group.Count(connection => connection.FirstLook > 0);
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
            Process = group
                .Select(connection => connection.Process)
                .FirstOrDefault(process => process is not null),
            Connections = there.Count,
            Clients = clients,
            MostActive = group
                .SelectMany(connection => connection.ActiveLooks)
                .CountBy(look => look)
                .Select(look => look.Value)
                .DefaultIfEmpty()
                .Max(),
            IdleThroughout = Looks > 1 ? Math.Max(0, idle - measuring) : 0,
            IdleMedianSeconds = idleTimes.Count > 0 ? idleTimes[idleTimes.Count / 2] : null,
            IdleLongestSeconds = idleTimes.Count > 0 ? idleTimes[^1] : null,
            Opened = opened,
            Closed = gone.Count,
            OpenedPerSecond = PerSecond(opened),
            ClosedPerSecond = PerSecond(gone.Count),
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

    /// <summary>How long the idle connections of pools have been idle, in seconds, shortest first.</summary>
    private List<double> IdleTimes(List<ConnectionHistory> there, int measuring) =>
        [
            .. there
                .Where(connection => connection is { IsMonitor: false, Seen.Kind: ConnectionKind.Idle })
                .Select(connection => Math.Round((Last.At - connection.IdleSince!.Value).TotalSeconds, 1))
                .OrderDescending()
                // As old as their clients, and never at work: those that measure round trips.
                .Skip(measuring)
                .Reverse(),
        ];

    private double PerSecond(int count) =>
        Duration > TimeSpan.Zero ? Math.Round(count / Duration.TotalSeconds, 2) : 0;

    private static (string App, string Driver, string Host) Key(ConnectionSeen seen) =>
        (seen.AppName, $"{seen.Driver} {seen.DriverVersion}", seen.Host);
}

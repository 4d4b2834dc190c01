using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Transport;

namespace Weir.Pooling;

/// <summary>
/// The one place where a deployment's topology changes: replaces the snapshot, makes and ends servers, readies
/// and clears pools, and wakes who waits.
/// </summary>
/// <remarks>
/// Threads: changes are made under one lock, with no I/O in it, so that a pool's state and the topology change
/// together. Reading the snapshot takes no lock. Lock order: this one, then a pool's.
/// </remarks>
internal sealed class DeploymentState
{
    private readonly Lock _gate = new();
    private readonly DeploymentSettings _settings;
    private readonly Network _network;
    private readonly ConnectionOpener _opener;
    private readonly TopologyEventQueue _events;
    private readonly List<Task> _ending = [];
    private volatile DeploymentSnapshot _snapshot;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile bool _closed;
    private bool _started;
    private Task? _closing;

    public DeploymentState(DeploymentSettings settings, Network network, ConnectionOpener opener)
    {
        _settings = settings;
        _network = network;
        _opener = opener;
        _events = new TopologyEventQueue(settings.Options.TopologyEvents);
        _snapshot = Snap(TopologyDescription.Empty, []);
        Open();
    }

    public DeploymentSnapshot Snapshot => _snapshot;

    public bool IsClosed => _closed;

    /// <summary>Completes at the next change of the snapshot.</summary>
    public Task Changed => _changed.Task;

    public TopologyEventQueue Events => _events;

    public void Start()
    {
        lock (_gate)
        {
            if (_started || _closed)
            {
                return;
            }
            _started = true;
            StartMonitors_NeedsLock();
        }
    }

    /// <summary>Asks every monitor to check its server as soon as it may.</summary>
    public void RequestChecks()
    {
        foreach (var server in _snapshot.Servers)
        {
            server.RequestCheck();
        }
    }

    /// <summary>A monitor has checked its server.</summary>
    public void OnChecked(Server server, ServerCheck check)
    {
        lock (_gate)
        {
            if (!Apply_NeedsLock(server, check.Description))
            {
                return;
            }
            if (check.Failure is { } failure)
            {
                server.Pool.Clear(failure, check.IsTimeout);
            }
        }
        _events.Deliver();
    }

    /// <summary>
    /// An operation failed on a connection. <see langword="true"/>: it was news, and what is known was changed.
    /// </summary>
    public bool OnFailure(Server server, ServerFailure failure)
    {
        var cancelCheck = false;
        lock (_gate)
        {
            if (_closed || _snapshot.Find(server.Address) != server || IsOld_NeedsLock(server, failure))
            {
                return false;
            }
            if (failure.Reply is { } reply && StateChangeError.Of(reply) is { } change)
            {
                MarkChanged_NeedsLock(server, failure, change);
            }
            else if (IsBadSign(failure))
            {
                MarkLost_NeedsLock(server, failure);
                cancelCheck = true;
            }
            else
            {
                return false;
            }
        }
        if (cancelCheck)
        {
            server.CancelCheck();
        }
        else
        {
            server.RequestCheck();
        }
        _events.Deliver();
        return true;
    }

    public ValueTask CloseAsync()
    {
        Task closing;
        lock (_gate)
        {
            if (_closing is null)
            {
                _closed = true;
                Replace_NeedsLock(TopologyDescription.Empty);
                _events.Close(new TopologyEvent.TopologyClosed());
                _closing = Task.WhenAll(_ending);
            }
            closing = _closing;
        }
        _events.Deliver();
        return new ValueTask(closing);
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A timeout in use may be a slow operation; whatever overload can cause says nothing of the server. Anything
    // else before the handshake is over does, command errors included.
    private static bool IsBadSign(ServerFailure failure) =>
        failure.Phase switch
        {
            FailurePhase.Establishing => false,
            FailurePhase.Handshake => true,
            _ => failure.Reply is null && !failure.IsTimeout,
        };

    private static bool IsOld_NeedsLock(Server server, ServerFailure failure)
    {
        if (failure.Generation < server.Pool.GetGeneration(failure.ServiceId))
        {
            return true;
        }
        // Only a reply has a version. A state change always counts up, so the same version is old news too.
        return failure.Reply is { } reply
            && TopologyVersion.Of(reply) is { } version
            && TopologyVersion.Compare(server.Description.TopologyVersion, version) >= 0;
    }

    private void MarkChanged_NeedsLock(Server server, ServerFailure failure, StateChangeError change)
    {
        if (!_settings.IsLoadBalanced)
        {
            Apply_NeedsLock(
                server,
                ServerDescription.Unknown(
                    server.Address,
                    change.Code is { } code ? $"error {code}: {change.Message}" : change.Message,
                    topologyVersion: change.TopologyVersion,
                    now: Now
                )
            );
        }
        if (change.IsShutdown && _settings.IsLoadBalanced == failure.ServiceId is not null)
        {
            server.Pool.Clear(new ServerStateException(server.Address, change), serviceId: failure.ServiceId);
        }
    }

    private void MarkLost_NeedsLock(Server server, ServerFailure failure)
    {
        if (!_settings.IsLoadBalanced)
        {
            var error = failure.Exception;
            Apply_NeedsLock(server, ServerDescription.Unknown(server.Address, exception: error, now: Now));
            server.Pool.Clear(error);
        }
        else if (failure.ServiceId is not null)
        {
            server.Pool.Clear(failure.Exception, serviceId: failure.ServiceId);
        }
    }

    private TimeSpan Now => MonotonicClock.Now(_settings.Options.Time);

    // False: the word is older than what is known, or of a server that is no member any more.
    private bool Apply_NeedsLock(Server server, ServerDescription description)
    {
        var before = _snapshot;
        if (_closed || before.Find(server.Address) != server)
        {
            return false;
        }
        var topology = TopologyChange.Apply(before.Topology, description);
        if (ReferenceEquals(topology, before.Topology))
        {
            return false;
        }
        Replace_NeedsLock(topology);
        return true;
    }

    private void Replace_NeedsLock(TopologyDescription topology)
    {
        var before = _snapshot;
        var servers = new Server[topology.Servers.Count];
        for (var i = 0; i < servers.Length; i++)
        {
            var description = topology.Servers[i];
            var server = before.Find(description.Address) ?? NewServer(description.Address);
            // A primary that lost to a newer one is looked at again at once.
            var wasPrimary = server.Description.Type == ServerType.RSPrimary;
            server.Description = description;
            servers[i] = server;
            if (IsUsable(topology, description))
            {
                server.Pool.Ready();
            }
            else if (wasPrimary && !description.Type.IsKnown())
            {
                server.RequestCheck();
            }
        }
        foreach (var server in before.Servers)
        {
            if (topology.Find(server.Address) is null)
            {
                End_NeedsLock(server);
            }
        }
        TopologyDifference.Publish(before.Topology, topology, _events);
        _snapshot = Snap(topology, servers);
        StartMonitors_NeedsLock();
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static bool IsUsable(TopologyDescription topology, ServerDescription server) =>
        server.IsDataBearing || (server.Type.IsKnown() && topology.Type == TopologyType.Single);

    private void Open()
    {
        lock (_gate)
        {
            _events.Add(new TopologyEvent.TopologyOpening());
            var initial = _settings.InitialTopology;
            Replace_NeedsLock(initial);
            if (_settings.IsLoadBalanced)
            {
                var balancer = new ServerDescription
                {
                    Address = initial.Servers[0].Address,
                    Type = ServerType.LoadBalancer,
                    LastUpdateTime = Now,
                };
                Replace_NeedsLock(TopologyChange.Apply(initial, balancer));
            }
        }
        _events.Deliver();
    }

    private void StartMonitors_NeedsLock()
    {
        if (_started)
        {
            foreach (var server in _snapshot.Servers)
            {
                server.StartMonitor(_network);
            }
        }
    }

    private Server NewServer(ServerAddress address) => new(address, this, _settings, _opener);

    // On a loop: ending waits, and the lock is held here.
    private void End_NeedsLock(Server server)
    {
        _ending.RemoveAll(static t => t.IsCompletedSuccessfully);
        _ending.Add(_network.RunAsync(server.CloseAsync));
    }

    private DeploymentSnapshot Snap(TopologyDescription topology, Server[] servers) =>
        new(topology, servers, _settings.Monitor.HeartbeatFrequency, _settings.LocalThreshold);
}

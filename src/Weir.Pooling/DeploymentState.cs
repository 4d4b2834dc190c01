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
/// <para>Threads: reading the snapshot takes no lock. Changes take turns under one lock, so that a pool is readied
/// and cleared in the order in which its server was found and lost. Nothing in a turn waits; lock order: the turn,
/// then a pool's lock.</para>
/// <para>What a change sets free may come back here on the same thread (a pool that is readied connects, is
/// refused at once and tells of it): that is kept until the change is whole.</para>
/// </remarks>
internal sealed class DeploymentState
{
    private readonly Lock _turn = new();
    private readonly Queue<Action> _kept = new();
    private readonly Network _network;
    private readonly TopologyEventQueue _events;
    private readonly List<Task> _ending = [];
    private readonly TaskCompletionSource<Task> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile DeploymentSnapshot _snapshot;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile bool _closed;
    private bool _started;

    // Replaced once, under the lock, where the hosts and some options come from DNS.
    private DeploymentSettings _settings;
    private ConnectionOpener _opener;

    public DeploymentState(DeploymentSettings settings, Network network, ConnectionOpener opener)
    {
        _settings = settings;
        _network = network;
        _opener = opener;
        _events = new TopologyEventQueue(settings.Options.TopologyEvents);
        _snapshot = Snap(TopologyDescription.Empty, []);
        _events.Add(new TopologyEvent.TopologyOpening());
        Open(settings, opener);
    }

    public DeploymentSnapshot Snapshot => _snapshot;

    public bool IsClosed => _closed;

    /// <summary>Completes at the next change of the snapshot.</summary>
    public Task Changed => _changed.Task;

    public TopologyEventQueue Events => _events;

    /// <summary>Begins with the seeds; a second time with those that were not known the first time.</summary>
    public void Open(DeploymentSettings settings, ConnectionOpener opener) =>
        Change(() =>
        {
            _settings = settings;
            _opener = opener;
            var initial = settings.InitialTopology;
            if (initial.Servers.Count > 0)
            {
                Replace_NeedsLock(initial, null);
            }
            if (settings.IsLoadBalanced)
            {
                var balancer = new ServerDescription
                {
                    Address = initial.Servers[0].Address,
                    Type = ServerType.LoadBalancer,
                    LastUpdateTime = Now,
                };
                Replace_NeedsLock(TopologyChange.Apply(initial, balancer), null);
            }
        });

    public void Start() =>
        Change(() =>
        {
            _started = true;
            StartServers_NeedsLock();
        });

    /// <summary>Something other than a server says what the topology is. The same instance: nothing changes.</summary>
    public void ChangeTopology(Func<TopologyDescription, TopologyDescription> change) =>
        Change(() =>
        {
            var topology = change(_snapshot.Topology);
            if (!ReferenceEquals(topology, _snapshot.Topology))
            {
                Replace_NeedsLock(topology, null);
            }
        });

    /// <summary>Asks every monitor to check its server as soon as it may.</summary>
    public void RequestChecks()
    {
        foreach (var server in _snapshot.Servers)
        {
            server.RequestCheck();
        }
    }

    /// <summary>A monitor has checked its server.</summary>
    public void OnChecked(Server server, ServerCheck check) =>
        Change(() =>
        {
            if (Apply_NeedsLock(server, check.Description) && check.Failure is { } failure)
            {
                server.Pool.Clear(failure, check.IsTimeout);
            }
        });

    /// <summary>An operation failed on a connection, or a connection for operations could not be made.</summary>
    public void OnFailure(Server server, ServerFailure failure) =>
        Change(() =>
        {
            if (_snapshot.Find(server.Address) != server || IsOld_NeedsLock(server, failure))
            {
                return;
            }
            if (failure.Reply is { } reply && StateChangeError.Of(reply) is { } change)
            {
                MarkChanged_NeedsLock(server, failure, change);
                server.RequestCheck();
                if (change.TopologyVersion is null)
                {
                    // No news that a stream would tell: the check that waits for some is given up, and asks anew.
                    server.CancelCheck();
                }
            }
            else if (IsBadSign(failure))
            {
                MarkLost_NeedsLock(server, failure);
                server.CancelCheck();
            }
        });

    public ValueTask CloseAsync()
    {
        Change(() =>
        {
            _closed = true;
            Replace_NeedsLock(TopologyDescription.Empty, null);
            _events.Close(new TopologyEvent.TopologyClosed());
            _ended.SetResult(Task.WhenAll(_ending));
        });
        return new ValueTask(_ended.Task.Unwrap());
    }

    private void Change(Action change)
    {
        if (_turn.IsHeldByCurrentThread)
        {
            _kept.Enqueue(change);
            return;
        }
        lock (_turn)
        {
            do
            {
                if (!_closed)
                {
                    change();
                }
            } while (_kept.TryDequeue(out change!));
        }
        _events.Deliver();
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
        if (before.Find(server.Address) != server)
        {
            return false;
        }
        var topology = TopologyChange.Apply(before.Topology, description);
        if (ReferenceEquals(topology, before.Topology))
        {
            return false;
        }
        Replace_NeedsLock(topology, server);
        return true;
    }

    private void Replace_NeedsLock(TopologyDescription topology, Server? heard)
    {
        var before = _snapshot;
        var servers = new Server[topology.Servers.Count];
        for (var i = 0; i < servers.Length; i++)
        {
            var description = topology.Servers[i];
            var server = before.Find(description.Address) ?? NewServer(description.Address);
            // A primary that lost its place because another server was heard is looked at again at once.
            var wasDeposed = server != heard && server.Description.Type == ServerType.RSPrimary;
            server.Description = description;
            servers[i] = server;
            if (IsUsable(topology, description))
            {
                server.Pool.Ready();
            }
            else if (wasDeposed && !description.Type.IsKnown())
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
        StartServers_NeedsLock();
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static bool IsUsable(TopologyDescription topology, ServerDescription server) =>
        server.Type != ServerType.LoadBalancer
        && (server.IsDataBearing || (server.Type.IsKnown() && topology.Type == TopologyType.Single));

    private void StartServers_NeedsLock()
    {
        if (!_started)
        {
            return;
        }
        foreach (var server in _snapshot.Servers)
        {
            if (_settings.IsLoadBalanced)
            {
                // No monitor will find it.
                server.Pool.Ready();
            }
            server.StartMonitor(_network);
        }
    }

    private Server NewServer(ServerAddress address) => new(address, this, _settings, _opener);

    // On a loop: ending waits.
    private void End_NeedsLock(Server server)
    {
        _ending.RemoveAll(static t => t.IsCompletedSuccessfully);
        _ending.Add(_network.RunAsync(server.CloseAsync));
    }

    private DeploymentSnapshot Snap(TopologyDescription topology, Server[] servers) =>
        new(topology, servers, _settings.Monitor.HeartbeatFrequency, _settings.LocalThreshold);
}

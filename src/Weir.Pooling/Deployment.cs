using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Dns;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Transport;

namespace Weir.Pooling;

/// <summary>
/// One upstream: a standalone server, a replica set, a sharded cluster or what stands behind a load balancer.
/// Knows its topology, has a connection pool per server, and finds the server for an operation.
/// </summary>
/// <remarks>
/// <para>Thread-safe. Creating one does no I/O; <see cref="Start"/> begins to look for the servers, in the
/// background, and a server that is not there is no error until an operation needs it. The same is true of the
/// hosts of a <c>mongodb+srv://</c> string: DNS is asked in the background, until it answers.</para>
/// <para>A waiting selection resumes on the synchronization context (the event loop) it was called on.</para>
/// </remarks>
public sealed class Deployment : IAsyncDisposable
{
    private readonly DeploymentState _state;
    private readonly SeedlistMonitor? _seedlist;
    private readonly Network _network;
    private readonly TimeProvider _time;
    private readonly TimeSpan _selectionTimeout;
    private readonly ClientIntroduction _client;

    /// <summary>Prepares a deployment.</summary>
    public Deployment(ConnectionString connectionString, Network network, DeploymentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        ArgumentNullException.ThrowIfNull(network);
        options ??= new DeploymentOptions();
        var settings = DeploymentSettings.From(connectionString, options);
        ConnectionString = connectionString;
        _time = options.Time;
        _selectionTimeout = settings.ServerSelectionTimeout;
        _network = network;
        _client = new ClientIntroduction(settings.Connections.AppName);
        _state = new DeploymentState(settings, network, Opener(settings, options.Time));
        if (connectionString.IsSrv)
        {
            _seedlist = new SeedlistMonitor(
                connectionString,
                options,
                _state,
                resolved =>
                {
                    var known = DeploymentSettings.From(resolved, options);
                    _state.Open(known, Opener(known, options.Time));
                }
            );
        }
    }

    /// <summary>What it was made from.</summary>
    public ConnectionString ConnectionString { get; }

    /// <summary>What is known of the deployment at this moment.</summary>
    public TopologyDescription Topology => _state.Snapshot.Topology;

    /// <summary>The servers of this moment.</summary>
    public IReadOnlyList<Server> Servers => _state.Snapshot.Servers;

    /// <inheritdoc cref="ConnectionOpener.AppendMetadata"/>
    public void AppendMetadata(string name, string? version = null, string? platform = null) =>
        _client.Append(name, version, platform);

    /// <summary>Begins to look for the servers and to monitor them. Once.</summary>
    public void Start()
    {
        _state.Start();
        _seedlist?.Start(_network);
    }

    /// <summary>The server at that address; <see langword="null"/> when it is no member (any more).</summary>
    public Server? FindServer(ServerAddress address) => _state.Snapshot.Find(address);

    /// <summary>A suitable server, if one is known at this moment. Allocates nothing.</summary>
    /// <exception cref="InvalidReadPreferenceException">The preference cannot be served here.</exception>
    public Server? TrySelectServer(ReadPreference preference, bool write)
    {
        ArgumentNullException.ThrowIfNull(preference);
        return Pick(_state.Snapshot.Candidates(preference, write));
    }

    /// <summary>
    /// A suitable server: at once and without allocation when one is known, else when one is found.
    /// </summary>
    /// <param name="preference">Where reads may go; not looked at for writes.</param>
    /// <param name="write">Whether the operation writes.</param>
    /// <param name="deadline">
    /// How long to wait; unset: <c>serverSelectionTimeoutMS</c>. The earlier of both counts.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ServerSelectionException">None was found in time, or waiting cannot help.</exception>
    /// <exception cref="InvalidReadPreferenceException">The preference cannot be served here.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<Server> SelectServerAsync(
        ReadPreference preference,
        bool write,
        Deadline deadline = default,
        CancellationToken cancellationToken = default
    )
    {
        var server = TrySelectServer(preference, write);
        return server is not null
            ? new ValueTask<Server>(server)
            : WaitForServerAsync(preference, write, null, deadline, cancellationToken);
    }

    /// <summary>
    /// The same, avoiding the servers at <paramref name="deprioritized"/> while there are others: for an operation
    /// that is tried again.
    /// </summary>
    /// <inheritdoc cref="SelectServerAsync(ReadPreference, bool, Deadline, CancellationToken)"/>
    public ValueTask<Server> SelectServerAsync(
        ReadPreference preference,
        bool write,
        IReadOnlyCollection<ServerAddress> deprioritized,
        Deadline deadline = default,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(preference);
        ArgumentNullException.ThrowIfNull(deprioritized);
        var server = Pick(_state.Snapshot.Select(preference, write, deprioritized));
        return server is not null
            ? new ValueTask<Server>(server)
            : WaitForServerAsync(preference, write, deprioritized, deadline, cancellationToken);
    }

    /// <summary>
    /// Ends the monitors and closes the pools; nothing more is sent. Waiting selections fail. Completes when
    /// nothing of it runs any more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var closed = _state.CloseAsync();
        if (_seedlist is not null)
        {
            await _seedlist.DisposeAsync();
        }
        await closed;
    }

    internal DeploymentState State => _state;

    /// <summary>Where the seeds come from when it is DNS.</summary>
    internal SeedlistMonitor? Seedlist => _seedlist;

    private async ValueTask<Server> WaitForServerAsync(
        ReadPreference preference,
        bool write,
        IReadOnlyCollection<ServerAddress>? deprioritized,
        Deadline deadline,
        CancellationToken cancellationToken
    )
    {
        var started = _time.GetTimestamp();
        var own = Deadline.After(_selectionTimeout, _time);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Taken before the look: a change that comes after it completes the signal.
            var changed = _state.Changed;
            var snapshot = _state.Snapshot;
            if (_state.IsClosed)
            {
                throw ServerSelectionException.Closed(snapshot.Topology);
            }
            if (!snapshot.Topology.IsCompatible)
            {
                throw ServerSelectionException.Incompatible(snapshot.Topology);
            }
            if (Pick(snapshot.Select(preference, write, deprioritized)) is { } server)
            {
                return server;
            }
            if (own.HasPassed(_time) || deadline.HasPassed(_time))
            {
                var waited = _time.GetElapsedTime(started);
                throw ServerSelectionException.TimedOut(
                    preference,
                    write,
                    waited,
                    snapshot.Topology,
                    _seedlist?.Problem
                );
            }
            _state.RequestChecks();
            await changed
                .WaitAsync(Earlier(own, deadline), _time, cancellationToken)
                .ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
                );
        }
    }

    private ConnectionOpener Opener(DeploymentSettings settings, TimeProvider time) =>
        new(_network, settings.Connections, time, _client);

    private TimeSpan Earlier(Deadline first, Deadline second)
    {
        var one = first.Remaining(_time);
        var other = second.Remaining(_time);
        return one == Timeout.InfiniteTimeSpan ? other
            : other == Timeout.InfiniteTimeSpan || one < other ? one
            : other;
    }

    private static Server? Pick(Server[] candidates) =>
        candidates.Length switch
        {
            0 => null,
            1 => candidates[0],
            _ => TwoChoices.Pick(candidates, static s => s.InUse, Random.Shared),
        };
}

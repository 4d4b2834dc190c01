using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Transport;

namespace Weir.Pooling.Dns;

/// <summary>
/// Finds out in the background what a <c>mongodb+srv</c> string comes to, again and again until DNS answers, and then
/// follows its hosts for as long as they may belong to a sharded cluster.
/// </summary>
/// <remarks>Threads: it runs on one of the network's loops; its properties may be read from any thread.</remarks>
internal sealed class SeedlistMonitor : IAsyncDisposable
{
    /// <summary>The pause after the first look-up that failed; each next one is twice as long.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The hosts are not looked up again sooner than this.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(60);

    // A record that may be kept for years is no reason never to look again (and a timer has its limits).
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    private readonly ConnectionString _connectionString;
    private readonly DeploymentState _state;
    private readonly SeedlistLookup _lookup;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeatFrequency;
    private readonly Action<ConnectionString> _open;
    private readonly CancellationTokenSource _stop = new();
    private volatile Exception? _failure;
    private volatile ConnectionString? _resolved;
    private Task _running = Task.CompletedTask;

    /// <param name="connectionString">What to look up.</param>
    /// <param name="options">The clock and the resolver.</param>
    /// <param name="state">Whose seeds these are.</param>
    /// <param name="open">Takes what the string came to; what it throws is a failure of the look-up.</param>
    public SeedlistMonitor(
        ConnectionString connectionString,
        DeploymentOptions options,
        DeploymentState state,
        Action<ConnectionString> open
    )
    {
        _connectionString = connectionString;
        _state = state;
        _open = open;
        _time = options.Time;
        _random = Random.Shared;
        _lookup = new SeedlistLookup(
            connectionString,
            options.SrvResolver ?? DnsResolver.System(options.Time),
            _random
        );
        _heartbeatFrequency = MonitorSettings.From(connectionString).HeartbeatFrequency;
        // A string that its owner has resolved already is only followed.
        _resolved = connectionString.Hosts.Count > 0 ? connectionString : null;
    }

    /// <summary>What the string came to; <see langword="null"/> until then.</summary>
    public ConnectionString? Resolved => _resolved;

    /// <summary>Why the last look-up failed; <see langword="null"/> when it did not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Why there are no servers yet, for people; <see langword="null"/> when there are.</summary>
    public string? Problem =>
        _resolved is not null
            ? null
            : $"mongodb+srv name {_connectionString.SrvHostName} is not resolved: "
                + (_failure?.Message ?? "DNS has not answered yet");

    /// <summary>Begins to look up. Once.</summary>
    public void Start(Network network) => _running = network.RunAsync(RunAsync);

    /// <summary>Ends at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var interval = _resolved is null ? await ResolveAsync() : ShortestInterval;
            if (_resolved?.LoadBalanced != true)
            {
                await FollowAsync(interval);
            }
        }
#pragma warning disable CA1031 // Nobody asks any more: what failed meanwhile does not matter.
        catch (Exception) when (_stop.IsCancellationRequested) { }
#pragma warning restore CA1031
    }

    private async ValueTask<TimeSpan> ResolveAsync()
    {
        for (var pause = FirstPause; ; pause = Shorter(2 * pause, _heartbeatFrequency))
        {
            try
            {
                var seedlist = await _lookup.ResolveAsync(_stop.Token);
                // Before it is told: who hears of the servers may look here.
                _resolved = seedlist.ConnectionString;
                _failure = null;
                _open(seedlist.ConnectionString);
                return IntervalOf(seedlist.TimeToLive);
            }
#pragma warning disable CA1031 // Whatever a resolver or a record does wrong is told, and tried again.
            catch (Exception e) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _resolved = null;
                _failure = e;
                Tell(e.Message);
            }
            // Many poolers that start together do not ask again together.
            await PauseAsync(pause * (0.75 + (_random.NextDouble() / 2)));
        }
    }

    private async ValueTask FollowAsync(TimeSpan interval)
    {
        while (true)
        {
            await PauseAsync(interval);
            if (!SeedlistChange.Follows(_state.Snapshot.Topology.Type))
            {
                // It never becomes one of those again.
                return;
            }
            try
            {
                interval = Adjust(await _lookup.ScanAsync(_stop.Token));
            }
#pragma warning disable CA1031 // The hosts stay as they are.
            catch (Exception e) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _failure = e;
                Tell(e.Message);
                interval = _heartbeatFrequency;
            }
        }
    }

    private TimeSpan Adjust(SeedlistScan scan)
    {
        foreach (var refusal in scan.Refusals)
        {
            Tell(refusal);
        }
        _failure = null;
        if (scan.Hosts.Count == 0)
        {
            return _heartbeatFrequency;
        }
        _state.ChangeTopology(topology =>
            SeedlistChange.Apply(topology, scan.Hosts, _connectionString.SrvMaxHosts ?? 0, _random)
        );
        return IntervalOf(scan.TimeToLive);
    }

    private void Tell(string problem)
    {
        _state.Events.Add(new TopologyEvent.SeedlistProblem(_lookup.ServiceName, problem));
        _state.Events.Deliver();
    }

    private Task PauseAsync(TimeSpan pause) => Task.Delay(pause, _time, _stop.Token);

    private static TimeSpan IntervalOf(TimeSpan timeToLive) =>
        timeToLive < ShortestInterval ? ShortestInterval : Shorter(timeToLive, LongestInterval);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Cursors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Sessions;
using Weir.Proxy.Transactions;

namespace Weir.Proxy.Routing;

/// <summary>
/// A deployment as one credential works with it, and what Weir remembers of the work that clients have under way
/// there. Thread-safe.
/// </summary>
internal sealed class Upstream : IAsyncDisposable
{
    private const int MaxSessions = 200_000;

    private readonly ConcurrentDictionary<ServerAddress, AwaitLane> _lanes = new();
    private readonly int _laneWidth;
    private readonly TimeSpan _slice;
    private readonly TransactionLifetime _lifetime;
    private readonly Deployment? _own;
    private readonly Func<Deployment>? _shared;

    public Upstream(
        UpstreamSettings settings,
        Weir.Transport.Network network,
        ProxyLimits limits,
        ProxyCounters counters,
        Gate gate,
        TimeProvider time,
        ILogger logger,
        CancellationToken ending
    )
    {
        Name = settings.Name;
        Attribution = settings.Attribution;
        Gate = gate;
        _shared = settings.Shared;
        if (_shared is null)
            _own = new Deployment(settings.ConnectionString, network, settings.Options with { Time = time });
        Cursors = new CursorTable(limits.Cursors, time, limits.CursorIdleLifetime);
        Transactions = new TransactionTable(limits.Transactions, time, limits.TransactionIdleLifetime);
        _lifetime = new TransactionLifetime(
            () => Deployment,
            settings.Name,
            limits.TransactionIdleLifetime,
            time,
            logger
        );
        Sessions = new SessionTable(MaxSessions, time);
        CheckOutTimeout =
            settings.ConnectionString.WaitQueueTimeout is { } timeout && timeout > TimeSpan.Zero
                ? timeout
                : limits.CheckOutTimeout;
        SelectionTimeout =
            settings.ConnectionString.ServerSelectionTimeout ?? settings.Options.ServerSelectionTimeout;
        int connections = settings.ConnectionString.MaxPoolSize ?? settings.Options.Pool.MaxPoolSize;
        _laneWidth = connections == 0 ? int.MaxValue : Math.Max(1, connections / 2);
        _slice = limits.LongPollSlice;
        Router = new Router(this, time, ending);
        Settlement = new Settlement(this, counters, time);
    }

    public string Name { get; }

    /// <summary>Whether servers are told whose each request is.</summary>
    public Attribution Attribution { get; }

    /// <summary>Holds requests back while the upstream is paused.</summary>
    public Gate Gate { get; }

    /// <summary>Somebody else's may be another one each time.</summary>
    public Deployment Deployment => _own ?? _shared!();

    public Router Router { get; }

    public Settlement Settlement { get; }

    public CursorTable Cursors { get; }

    public TransactionTable Transactions { get; }

    public SessionTable Sessions { get; }

    /// <summary>How long a request waits for a connection.</summary>
    public TimeSpan CheckOutTimeout { get; }

    /// <summary>How long a request waits for a server.</summary>
    public TimeSpan SelectionTimeout { get; }

    /// <summary>The lane of one server for getMores that wait for data.</summary>
    public AwaitLane LaneOf(ServerAddress server) =>
        _lanes.TryGetValue(server, out AwaitLane? lane)
            ? lane
            : _lanes.GetOrAdd(server, new AwaitLane(_laneWidth, _slice));

    /// <summary>Forgets what servers have ended. Called now and then; never fails.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        await _lifetime.RefreshAsync(cancellationToken);
        Transactions.ForgetIdle(_lifetime.Value);
    }

    /// <summary>Begins to look for the servers, unless somebody else has.</summary>
    public void Start() => _own?.Start();

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}

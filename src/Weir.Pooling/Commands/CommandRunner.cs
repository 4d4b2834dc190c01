using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// Runs commands of Weir's own on a deployment: finds the server, adds session, cluster time and read preference,
/// and tries again what may be tried again.
/// </summary>
/// <remarks>
/// The specifications of driver sessions, retryable reads and writes, and client backpressure. Thread-safe; a
/// session is for one operation at a time. Runs on the event loop that it is called on.
/// </remarks>
public sealed class CommandRunner : IAsyncDisposable
{
    // What the servers are told at the end is a courtesy: whoever closes waits no longer for it.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private static long s_lastOperation;

    private readonly Deployment _deployment;
    private readonly CommandRunnerOptions _options;
    private readonly SessionPool _sessions;
    private readonly ClusterClock _clock = new();

    /// <summary>Prepares to run commands on a deployment, which stays its owner's.</summary>
    public CommandRunner(Deployment deployment, CommandRunnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        _deployment = deployment;
        _options = options ?? new();
        _sessions = new SessionPool(() => MonotonicClock.Now(Time));
        Settings = CommandSettings.From(deployment.ConnectionString);
        ReadPreference = Concerns.From(deployment.ConnectionString);
    }

    internal ConnectionString ConnectionString => _deployment.ConnectionString;

    internal ReadPreference? ReadPreference { get; }

    internal Func<double> Jitter => _options.Jitter;

    internal CommandSettings Settings { get; }

    internal TimeProvider Time => _options.Time;

    internal Action<CommandEvent>? CommandEvents => _options.CommandEvents;

    internal BsonDocument? ServerApi => _options.ServerApi;

    internal TopologyDescription Topology => _deployment.Topology;

    internal bool HasSessions => IsLoadBalanced || Topology.LogicalSessionTimeoutMinutes is not null;

    private bool IsLoadBalanced => Topology.Type == TopologyType.LoadBalanced;

    /// <summary>Runs a command.</summary>
    /// <exception cref="CommandException">The server answered with an error.</exception>
    /// <exception cref="ConnectionException">The network failed.</exception>
    /// <exception cref="PoolClearedException">The server is not known to be there.</exception>
    /// <exception cref="PoolTimeoutException">No connection was free in time.</exception>
    /// <exception cref="ServerSelectionException">No suitable server was found in time.</exception>
    public ValueTask<CommandOutcome> RunAsync(
        CommandRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return CommandTraces.Source.HasListeners()
            ? RunTracedAsync(request, cancellationToken)
            : RunUntracedAsync(request, cancellationToken);
    }

    /// <summary>Begins a session. <see cref="EndSession"/> ends it.</summary>
    public CommandSession StartSession() => Acquire();

    /// <summary>Ends a session; its transaction should be over.</summary>
    public void EndSession(CommandSession session) => Release(session);

    /// <summary>
    /// Tells the server which sessions are over, if there is a connection for it at once, and an answer in two seconds.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var ids = _sessions.Drain();
        if (
            ids.Count == 0
            || _deployment.TrySelectServer(Selection.ReadPreference.PrimaryPreferred, false) is not { } server
        )
        {
            return;
        }
        using var limit = new CancellationTokenSource(FarewellTime, Time);
        try
        {
            await server.RunCommandAsync(
                "admin",
                new BsonDocument { ["endSessions"] = ids },
                Deadline.After(TimeSpan.Zero, Time),
                limit.Token
            );
        }
        catch (Exception e)
            when (RetryRules.IsFailure(e) || e is PoolClosedException or OperationCanceledException)
        {
            // The servers forget them by themselves.
        }
    }

    internal CommandSession Acquire() =>
        _sessions.Acquire(IsLoadBalanced ? null : Topology.LogicalSessionTimeoutMinutes);

    internal void Release(CommandSession session) =>
        _sessions.Release(session, IsLoadBalanced ? null : Topology.LogicalSessionTimeoutMinutes);

    internal void Hear(BsonDocument reply) => _clock.Hear(reply);

    /// <summary>Only members and routers keep a cluster's time.</summary>
    internal BsonDocument? ClusterTimeFor(Server server) =>
        server.Description.Type == ServerType.Standalone ? null : _clock.Newest;

    internal async Task PauseAsync(Exception failure, int attempt, CancellationToken cancellationToken)
    {
        var pause = RetryRules.Backoff(failure, attempt, Jitter());
        await Task.Delay(pause, Time, cancellationToken);
    }

    internal async ValueTask<Server> SelectAsync(
        CommandRequest request,
        long operationId,
        IReadOnlyCollection<ServerAddress> avoided,
        CancellationToken cancellationToken
    )
    {
        var preference = request.ReadPreference ?? Selection.ReadPreference.Primary;
        var write = request.IsWrite;
        var tell = _options.SelectionEvents;
        tell?.Invoke(About(new SelectionEvent.Started()));
        try
        {
            // Looked at here only to tell that it has to wait.
            if (tell is not null && _deployment.TrySelectServer(preference, write) is null)
            {
                tell(About(new SelectionEvent.Waiting(Settings.SelectionTimeout)));
            }
            var server =
                avoided.Count == 0
                    ? await _deployment.SelectServerAsync(
                        preference,
                        write,
                        cancellationToken: cancellationToken
                    )
                    : await _deployment.SelectServerAsync(
                        preference,
                        write,
                        avoided,
                        cancellationToken: cancellationToken
                    );
            tell?.Invoke(About(new SelectionEvent.Succeeded(server.Address)));
            return server;
        }
        catch (Exception e)
        {
            tell?.Invoke(About(new SelectionEvent.Failed(e)));
            throw;
        }

        SelectionEvent About(SelectionEvent item) =>
            item with
            {
                Selector = write ? "a writable server" : preference.ToString(),
                Operation = request.Name,
                OperationId = operationId,
                Topology = Topology,
            };
    }

    private async ValueTask<CommandOutcome> RunTracedAsync(
        CommandRequest request,
        CancellationToken cancellationToken
    )
    {
        using var span = CommandSpan.Start(request, _options.Destination);
        try
        {
            var outcome = await RunUntracedAsync(request, cancellationToken);
            CommandSpan.Succeeded(span, outcome.Server);
            return outcome;
        }
        catch (Exception e)
        {
            CommandSpan.Failed(span, e);
            throw;
        }
    }

    private ValueTask<CommandOutcome> RunUntracedAsync(
        CommandRequest request,
        CancellationToken cancellationToken
    ) =>
        _options.Begin is null
            ? RunUnwatchedAsync(request, cancellationToken)
            : RunWatchedAsync(request, cancellationToken);

    private ValueTask<CommandOutcome> RunUnwatchedAsync(
        CommandRequest request,
        CancellationToken cancellationToken
    ) =>
        new CommandRun(this, request, Interlocked.Increment(ref s_lastOperation)).RunAsync(cancellationToken);

    private async ValueTask<CommandOutcome> RunWatchedAsync(
        CommandRequest request,
        CancellationToken cancellationToken
    )
    {
        await _options.Begin!(cancellationToken);
        Exception? failure = null;
        try
        {
            return await RunUnwatchedAsync(request, cancellationToken);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            _options.End?.Invoke(failure);
        }
    }
}

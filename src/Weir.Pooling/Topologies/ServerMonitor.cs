using System.Runtime.CompilerServices;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Topologies;

/// <summary>
/// Checks one server over and over on a connection of its own, and reports what it finds. Where the server can,
/// it streams: the server answers when something changes. Else it polls.
/// </summary>
/// <remarks>
/// Threads: the checks run on one of the network's loops. <see cref="RequestCheck"/>, <see cref="CancelCheck"/>
/// and <see cref="DisposeAsync"/> may be called from any thread, also under the deployment's lock (but for the last).
/// </remarks>
internal sealed class ServerMonitor : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ServerAddress _address;
    private readonly MonitorSettings _settings;
    private readonly MonitorConnector _connector;
    private readonly TimeProvider _time;
    private readonly TopologyEventQueue _events;
    private readonly Action<ServerCheck> _report;
    private readonly RoundTripTimes _roundTrips = new();
    private readonly RoundTripMonitor _roundTripMonitor;
    private readonly CancellationTokenSource _stop = new();
    private readonly WakeUp _wakeUp = new();
    private CancellationTokenSource? _check;
    private MonitorConnection? _connection;
    private long _connectionId;
    private ServerDescription _last;
    private Task _running = Task.CompletedTask;

    public ServerMonitor(
        ServerAddress address,
        MonitorSettings settings,
        ConnectionOpener opener,
        TimeProvider time,
        TopologyEventQueue events,
        Action<ServerCheck> report
    )
    {
        _address = address;
        _settings = settings;
        _connector = new MonitorConnector(address, opener, time);
        _time = time;
        _events = events;
        _report = report;
        _last = ServerDescription.Unknown(address);
        _roundTripMonitor = new RoundTripMonitor(_connector, settings, time, _roundTrips, _stop.Token);
    }

    /// <summary>Begins to check, on one of the network's loops. Once.</summary>
    public void Start(Network network) => _running = network.RunAsync(RunAsync);

    /// <summary>Checks soon, unless a check is under way.</summary>
    public void RequestCheck() => _wakeUp.Set();

    /// <summary>Gives up the check that is under way, and its connection.</summary>
    public void CancelCheck()
    {
        CancellationTokenSource? check;
        MonitorConnection? connection;
        lock (_gate)
        {
            check = _check;
            connection = _connection;
        }
        try
        {
            check?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The check was over just then.
        }
        connection?.Abort();
    }

    /// <summary>Ends at once. Completes when nothing runs and no connection is left. Once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        CancelCheck();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await StepAsync();
            }
        }
        finally
        {
            await CloseConnectionAsync();
            await _roundTripMonitor.StoppedAsync();
        }
    }

    private async ValueTask StepAsync()
    {
        var before = _last;
        var started = _time.GetTimestamp();
        var check = await CheckAsync(before);
        if (_stop.IsCancellationRequested)
        {
            return;
        }
        if (check is null)
        {
            // Cancelled, because an operation found the server gone: no use in asking again at once.
            await PauseAsync();
            return;
        }
        _last = check.Description;
        _report(check);
        var streams =
            _settings.Streaming && _last is { Type: not ServerType.Unknown, TopologyVersion: not null };
        if (streams)
        {
            _roundTripMonitor.Start();
            await CurbAsync(before, started);
        }
        else if (!(check.IsNetworkError && before.Type.IsKnown()) && _connection is not { MoreToCome: true })
        {
            await PauseAsync();
        }
    }

    // A server that answers at once although nothing changed would be asked without end.
    private async ValueTask CurbAsync(ServerDescription before, long started)
    {
        var left = MonitorSettings.MinHeartbeatFrequency - _time.GetElapsedTime(started);
        if (
            left > TimeSpan.Zero
            && before.TopologyVersion == _last.TopologyVersion
            && before.Type == _last.Type
        )
        {
            await Quiet(Task.Delay(left, _time, _stop.Token));
        }
    }

    private async ValueTask PauseAsync()
    {
        var started = _time.GetTimestamp();
        await Quiet(_wakeUp.Task.WaitAsync(_settings.HeartbeatFrequency, _time, _stop.Token));
        var left = MonitorSettings.MinHeartbeatFrequency - _time.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Quiet(Task.Delay(left, _time, _stop.Token));
        }
    }

    private static ConfiguredTaskAwaitable Quiet(Task task) =>
        task.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );

    // Null: it was cancelled.
    private async ValueTask<ServerCheck?> CheckAsync(ServerDescription before)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        lock (_gate)
        {
            _check = cancellation;
        }
        _wakeUp.Hold();
        var started = _time.GetTimestamp();
        var awaited = false;
        var isCancelled = false;
        long? serverConnectionId = null;
        try
        {
            if (_connection is null or { IsEnded: true })
            {
                await CloseConnectionAsync();
                _connectionId = _connector.NextId();
            }
            awaited = IsAwaited(before);
            serverConnectionId = _connection?.ServerId;
            Publish(new TopologyEvent.HeartbeatStarted(_address, awaited), serverConnectionId);
            var reply = await AskAsync(before, cancellation.Token);
            var check = ServerCheck.Answered(_address, reply, _roundTrips, MonotonicClock.Now(_time));
            Publish(
                new TopologyEvent.HeartbeatSucceeded(_address, awaited, _time.GetElapsedTime(started), reply),
                _connection?.ServerId
            );
            return check;
        }
        catch (Exception e)
        {
            await CloseConnectionAsync();
            _roundTrips.Reset();
            isCancelled = cancellation.IsCancellationRequested;
            var failure = isCancelled ? new OperationCanceledException("the check was cancelled", e) : e;
            if (!_stop.IsCancellationRequested)
            {
                Publish(
                    new TopologyEvent.HeartbeatFailed(
                        _address,
                        awaited,
                        _time.GetElapsedTime(started),
                        failure
                    ),
                    serverConnectionId
                );
            }
            return isCancelled ? null : ServerCheck.Failed(_address, e, MonotonicClock.Now(_time));
        }
        finally
        {
            lock (_gate)
            {
                _check = null;
            }
            _wakeUp.Release(wasDone: !isCancelled);
        }
    }

    private bool IsAwaited(ServerDescription before) =>
        _connection is { } connection
        && (connection.MoreToCome || (_settings.Streaming && before.TopologyVersion is not null));

    private async ValueTask<BsonDocument> AskAsync(
        ServerDescription before,
        CancellationToken cancellationToken
    )
    {
        if (_connection is { } connection)
        {
            if (connection.MoreToCome)
            {
                return await connection.NextAsync(_settings.AwaitedTimeout);
            }
            if (_settings.Streaming && before.TopologyVersion is { } version)
            {
                return await connection.HelloAsync(
                    _settings.AwaitedTimeout,
                    version,
                    _settings.HeartbeatFrequency
                );
            }
            var asked = _time.GetTimestamp();
            var reply = await connection.HelloAsync(_settings.ConnectTimeout);
            _roundTrips.Add(_time.GetElapsedTime(asked));
            return reply;
        }
        var opened = await _connector.OpenAsync(_connectionId, cancellationToken);
        lock (_gate)
        {
            _connection = opened;
        }
        cancellationToken.ThrowIfCancellationRequested();
        _roundTrips.Add(opened.HandshakeDuration);
        return opened.HandshakeReply;
    }

    private void Publish(TopologyEvent.Heartbeat item, long? serverConnectionId)
    {
        _events.Add(item with { ConnectionId = _connectionId, ServerConnectionId = serverConnectionId });
        _events.Deliver();
    }

    private async ValueTask CloseConnectionAsync()
    {
        MonitorConnection? connection;
        lock (_gate)
        {
            connection = _connection;
            _connection = null;
        }
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}

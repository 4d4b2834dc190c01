using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Json;
using Weir.Sandbox;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Conformance.Cmap;

/// <summary>Runs one case against the real pool, with real connections to the sandbox, in memory and in virtual time.</summary>
internal sealed class CmapRun : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly VirtualTime _time;
    private readonly CmapCase _case;
    private readonly CmapEvents _events;
    private readonly ConnectionPool _pool;
    private readonly Dictionary<string, CmapThread> _threads = [];
    private readonly Dictionary<string, PooledConnection> _labels = [];

    private CmapRun(VirtualTime time, CmapCase theCase, Network network, ServerAddress address)
    {
        _time = time;
        _case = theCase;
        _events = new CmapEvents(time);
        var settings = new ConnectionSettings { AppName = theCase.PoolOptions.AppName };
        var opener = new ConnectionOpener(network, settings, time.Clock);
        _pool = new ConnectionPool(
            address,
            theCase.PoolOptions.ToPoolOptions(),
            (id, cancellationToken) => opener.OpenAsync(address, id, cancellationToken),
            time.Clock,
            _events,
            OnEstablishmentFailed
        );
    }

    public static void Run(CmapCase theCase) => VirtualTime.Run(time => RunAsync(time, theCase));

    private static async Task RunAsync(VirtualTime time, CmapCase theCase)
    {
        Assert.Equal(1, theCase.Version);
        Assert.True(theCase.FailPoint is null || theCase.Style == CmapStyle.Integration);
        await using var network = new MemoryNetwork();
        await using var sandbox = await SandboxDeployment.StartAsync(
            new SandboxOptions { Network = network, TimeProvider = time.Clock }
        );
        var address = ServerAddress.Parse(sandbox.Members[0].Address);
        if (theCase.FailPoint is { } failPoint)
        {
            var opener = new ConnectionOpener(network, new ConnectionSettings(), time.Clock);
            await using var connection = await opener.OpenAsync(address, 1, CancellationToken.None);
            await connection.RunCommandAsync("admin", ExtendedJson.Parse(failPoint.GetRawText()), default);
        }

        await using var run = new CmapRun(time, theCase, network, address);
        var error = await run.OperateAsync();
        run.AssertError(error);
        run.AssertEvents();
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    /// <summary>What discovery does with an error of a connection that was being made.</summary>
    private void OnEstablishmentFailed(EstablishmentFailure failure)
    {
        var isOverload =
            failure.Error is ConnectionException e && e.HasLabel(ErrorLabels.SystemOverloadedError);
        if (!isOverload && failure.Generation == _pool.GetGeneration())
        {
            _pool.Clear(failure.Error);
        }
    }

    private async Task<Exception?> OperateAsync()
    {
        try
        {
            foreach (var operation in _case.Operations)
            {
                if (operation.Thread is { } thread)
                {
                    _threads[thread].Add(() => OperateAsync(operation));
                }
                else
                {
                    await OperateAsync(operation);
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
        {
            return exception;
        }
    }

    private async Task OperateAsync(CmapOperation operation)
    {
        switch (operation.Name)
        {
            case "start":
                _threads.Add(operation.Target!, new CmapThread());
                break;
            case "wait":
                await _time.Delay(TimeSpan.FromMilliseconds(operation.Milliseconds!.Value));
                break;
            case "waitForThread":
                await _threads[operation.Target!].JoinAsync();
                break;
            case "waitForEvent":
                var timeout = operation.Timeout is { } ms ? TimeSpan.FromMilliseconds(ms) : LongestWait;
                await _events.WaitForAsync(operation.Event!, operation.Count!.Value, timeout);
                break;
            case "checkOut":
                var connection = await _pool.CheckOutAsync();
                if (operation.Label is { } label)
                {
                    _labels[label] = connection;
                }

                break;
            case "checkIn":
                _pool.CheckIn(_labels[operation.Connection!]);
                break;
            case "clear":
                _pool.Clear(null, operation.InterruptInUseConnections ?? false);
                break;
            case "close":
                // Closing ends when sockets and establishments have ended; the case goes on at once.
                _ = _pool.CloseAsync();
                break;
            case "ready":
                _pool.Ready();
                break;
            default:
                throw new InvalidDataException($"There is no operation {operation.Name}.");
        }
    }

    private void AssertError(Exception? error)
    {
        if (_case.Error is not { } expected)
        {
            Assert.True(error is null, $"the main thread failed: {error}\n{_events}");
            return;
        }

        Assert.NotNull(error);
        var (type, address) = error switch
        {
            PoolClosedException e => ("PoolClosedError", e.Address),
            PoolClearedException e => ("PoolClearedError", e.Address),
            PoolTimeoutException e => ("WaitQueueTimeoutError", e.Address),
            _ => (error.GetType().Name, null),
        };
        Assert.Equal(expected.Type ?? type, type);
        if (expected.Message is { } message)
        {
            // Weir's messages begin with the specification's sentence and go on with what can be done.
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        }

        if (expected.Address is not (null or "42"))
        {
            Assert.Equal(expected.Address, address?.ToString());
        }
    }

    private void AssertEvents()
    {
        Assert.All(_case.Ignore, type => Assert.True(CmapEvents.IsKnown(type), $"There is no event {type}."));
        var actual = _events.Except(_case.Ignore);
        for (var i = 0; i < _case.Events.Count; i++)
        {
            Assert.True(i < actual.Count, $"event {i} is missing, {_case.Events[i]}; there were:\n{_events}");
            CmapMatch.Assert(_case.Events[i], actual[i], $"event {i}");
        }
    }
}

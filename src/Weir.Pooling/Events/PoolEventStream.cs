using System.Runtime.InteropServices;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Events;

/// <summary>
/// Carries events from under a pool's lock to its sink, in the order in which they were recorded. A pool without
/// a sink has no stream, and pays one comparison an event.
/// </summary>
/// <remarks>
/// Threads: all but <see cref="Deliver()"/> only under the pool's lock, so the order of events is the order of the
/// pool's own steps; <see cref="Deliver()"/> only outside it. Deliverers take turns: whoever comes second waits,
/// and then finds its events delivered, so that a pool's method never returns ahead of its events.
/// </remarks>
internal sealed class PoolEventStream(IPoolEventSink sink, ServerAddress address, Lock gate)
{
    private readonly Lock _turn = new();
    private List<PoolEvent> _recorded = [];
    private List<PoolEvent> _delivering = [];
    private readonly bool _wantsCheckOuts = sink.WantsCheckOuts;

    // Recorded and not yet told. Raised under the pool's lock; whoever raised it sees it in Deliver.
    private int _untold;

    public void PoolCreated(PoolOptions options) =>
        Record(new(PoolEventKind.PoolCreated, address) { Options = options });

    public void PoolReady() => Record(new(PoolEventKind.PoolReady, address));

    public void PoolCleared(ObjectId? serviceId, bool interruptInUseConnections, Exception? cause) =>
        Record(
            new(PoolEventKind.PoolCleared, address)
            {
                ServiceId = serviceId,
                InterruptInUseConnections = interruptInUseConnections,
                Error = cause,
            }
        );

    public void PoolClosed() => Record(new(PoolEventKind.PoolClosed, address));

    public void ConnectionCreated(long id) =>
        Record(new(PoolEventKind.ConnectionCreated, address) { ConnectionId = id });

    public void ConnectionReady(long id, TimeSpan duration) =>
        Record(new(PoolEventKind.ConnectionReady, address) { ConnectionId = id, Duration = duration });

    public void ConnectionClosed(long id, ConnectionCloseReason reason, Exception? error) =>
        Record(
            new(PoolEventKind.ConnectionClosed, address)
            {
                ConnectionId = id,
                CloseReason = reason,
                Error = error,
            }
        );

    public void CheckOutStarted()
    {
        if (_wantsCheckOuts)
        {
            Record(new(PoolEventKind.CheckOutStarted, address));
        }
    }

    public void CheckOutFailed(CheckOutOutcome outcome, TimeSpan duration, Exception? cause)
    {
        if (!_wantsCheckOuts)
        {
            return;
        }

        Record(
            new(PoolEventKind.CheckOutFailed, address)
            {
                FailureReason = outcome switch
                {
                    CheckOutOutcome.TimedOut => CheckOutFailureReason.Timeout,
                    CheckOutOutcome.PoolClosed => CheckOutFailureReason.PoolClosed,
                    _ => CheckOutFailureReason.ConnectionError,
                },
                Duration = duration,
                Error = cause,
            }
        );
    }

    public void CheckedOut(long id, TimeSpan duration)
    {
        if (_wantsCheckOuts)
        {
            Record(new(PoolEventKind.CheckedOut, address) { ConnectionId = id, Duration = duration });
        }
    }

    public void CheckedIn(long id)
    {
        if (_wantsCheckOuts)
        {
            Record(new(PoolEventKind.CheckedIn, address) { ConnectionId = id });
        }
    }

    public void Deliver()
    {
        // The sink called the pool: the outer call delivers what came of it, after the event it is busy with.
        if (Volatile.Read(ref _untold) == 0 || _turn.IsHeldByCurrentThread)
        {
            return;
        }

        lock (_turn)
        {
            while (Take())
            {
                foreach (ref readonly var poolEvent in CollectionsMarshal.AsSpan(_delivering))
                {
                    Deliver(in poolEvent);
                }

                Interlocked.Add(ref _untold, -_delivering.Count);
                _delivering.Clear();
            }
        }
    }

    private void Record(in PoolEvent poolEvent)
    {
        _recorded.Add(poolEvent);
        Interlocked.Increment(ref _untold);
    }

    private bool Take()
    {
        lock (gate)
        {
            (_recorded, _delivering) = (_delivering, _recorded);
            return _delivering.Count > 0;
        }
    }

    private void Deliver(in PoolEvent poolEvent)
    {
        try
        {
            sink.OnPoolEvent(in poolEvent);
        }
#pragma warning disable CA1031 // A listener's failure is the listener's: the pool's own steps must go on.
        catch (Exception) { }
#pragma warning restore CA1031
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Pooling.Pools;

/// <summary>
/// What was decided under the pool's lock and has to be done outside it: callers to let go on, connections to
/// establish, establishments to end, connections to close. The waiters and connections are chained through
/// themselves, so collecting them allocates nothing.
/// </summary>
internal struct PoolWork
{
    private Waiter? _lastDone;
    private PooledConnection? _lastToEstablish;
    private PooledConnection? _lastToClose;

    public Waiter? Done { get; private set; }

    public PooledConnection? ToEstablish { get; private set; }

    public PooledConnection? ToClose { get; private set; }

    public List<CancellationTokenSource>? ToEnd { get; private set; }

    public List<PooledConnection>? ToInterrupt { get; private set; }

    /// <summary>Another pool, which may take a permit of the budget now.</summary>
    public ConnectionPool? ToServe { get; set; }

    /// <summary>Whether somebody waits for a permit of the budget.</summary>
    public bool WantsRoom { get; set; }

    public readonly bool IsEmpty =>
        Done is null
        && ToEstablish is null
        && ToClose is null
        && ToEnd is null
        && ToInterrupt is null
        && ToServe is null
        && !WantsRoom;

    public void AddDone(Waiter waiter)
    {
        Debug.Assert(waiter.Next is null && !waiter.IsQueued);
        if (_lastDone is null)
        {
            Done = waiter;
        }
        else
        {
            _lastDone.Next = waiter;
        }

        _lastDone = waiter;
    }

    public void AddToEstablish(PooledConnection connection)
    {
        Debug.Assert(connection.NextInWork is null);
        if (_lastToEstablish is null)
        {
            ToEstablish = connection;
        }
        else
        {
            _lastToEstablish.NextInWork = connection;
        }

        _lastToEstablish = connection;
    }

    public void AddToClose(PooledConnection connection)
    {
        Debug.Assert(connection.NextInWork is null);
        if (_lastToClose is null)
        {
            ToClose = connection;
        }
        else
        {
            _lastToClose.NextInWork = connection;
        }

        _lastToClose = connection;
    }

    public void AddToEnd(CancellationTokenSource establishment) => (ToEnd ??= []).Add(establishment);

    public void AddToInterrupt(PooledConnection connection) => (ToInterrupt ??= []).Add(connection);

    /// <summary>Lets the callers go on whose wait has ended.</summary>
    public readonly void CompleteWaiters()
    {
        for (var waiter = Done; waiter is not null; )
        {
            // It may wait for another connection before Complete returns.
            var next = waiter.Next;
            waiter.Next = null;
            waiter.Complete();
            waiter = next;
        }
    }

    /// <summary>Aborts what is not wanted any more.</summary>
    public readonly void EndAndInterrupt()
    {
        foreach (var establishment in CollectionsMarshal.AsSpan(ToEnd))
        {
            establishment.Cancel();
        }

        foreach (var connection in CollectionsMarshal.AsSpan(ToInterrupt))
        {
            connection.Connection.Abort(connection.Interruption!);
        }
    }
}

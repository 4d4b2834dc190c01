using System.Diagnostics;
using Weir.Pooling.Connections;
using Weir.Pooling.Events;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// A pool's connections: which there are, in which state, of which generation, and when one has perished. It knows
/// nothing of those who wait. Guarded by the pool's lock.
/// </summary>
/// <remarks>
/// Counts: pending + available + in use = all, whenever the lock is free. A connection that a clear interrupts is in
/// use until whoever has it checks it in, which is soon, because it is aborted; then it is closed.
/// </remarks>
internal sealed class ConnectionBook(
    ConnectionPool pool,
    PoolOptions options,
    TimeProvider clock,
    PoolEventStream? events
)
{
    private readonly long _maxIdle = (long)(options.MaxIdleTime.TotalSeconds * clock.TimestampFrequency);
    private readonly int _most = options.MaxPoolSize == 0 ? int.MaxValue : options.MaxPoolSize;
    private readonly ConnectionList _all = new();
    private readonly IdleStack _available = new();
    private readonly long[] _closed = new long[(int)ConnectionCloseReason.Evicted + 1];

    public Generations Generations { get; } = new();

    public int All => _all.Count;

    public int Pending { get; private set; }

    public int InUse { get; private set; }

    public int Available => _available.Count;

    /// <summary>Whether one more may be created now.</summary>
    public bool HasRoom => All < _most && Pending < options.MaxConnecting;

    /// <summary>Connections created since the start, which is also the last id.</summary>
    public long Created { get; private set; }

    /// <summary>Connections closed since the start for that reason.</summary>
    public long ClosedFor(ConnectionCloseReason reason) => _closed[(int)reason];

    /// <summary>Adds a pending connection. Nothing is connected before the lock is left.</summary>
    public PooledConnection Create(Waiter? requester, ref PoolWork work)
    {
        var connection = new PooledConnection(pool, ++Created, Generations.Pool, clock.GetTimestamp())
        {
            Requester = requester,
            Establishing = new CancellationTokenSource(),
        };
        Generations.Add(connection);
        _all.Add(connection);
        Pending++;
        events?.ConnectionCreated(connection.Id);
        work.AddToEstablish(connection);
        return connection;
    }

    /// <summary>The connection that was checked in last and has not perished; those that have are closed.</summary>
    public PooledConnection? TakeAvailable(ref PoolWork work)
    {
        while (_available.TryPop(EventLoop.Current, out var connection))
        {
            if (WhyPerished(connection) is not { } reason)
            {
                return connection;
            }

            Close(connection, reason, connection.Connection.Failure, ref work);
        }

        return null;
    }

    /// <summary>Makes an established connection in use.</summary>
    public void Use(PooledConnection connection)
    {
        Debug.Assert(!connection.IsOut && connection.Established is not null);
        Leave(connection);
        connection.State = PooledConnectionState.InUse;
        connection.IsOut = true;
        InUse++;
    }

    /// <summary>Makes an established connection available.</summary>
    public void Keep(PooledConnection connection)
    {
        Debug.Assert(!connection.IsOut && connection.Established is not null);
        Leave(connection);
        connection.State = PooledConnectionState.Available;
        connection.AvailableSince = clock.GetTimestamp();
        _available.Push(connection);
    }

    /// <summary>Removes a connection, whatever its state; one that was available has been taken out of there.</summary>
    public void Close(
        PooledConnection connection,
        ConnectionCloseReason reason,
        Exception? error,
        ref PoolWork work
    )
    {
        Remove(connection, reason, error);
        work.AddToClose(connection);
    }

    /// <summary>Why a connection that is being checked in, or that is available, must not be used any more.</summary>
    public ConnectionCloseReason? WhyPerished(PooledConnection connection)
    {
        if (connection.Interruption is not null)
        {
            return ConnectionCloseReason.Stale;
        }

        // An error first: it is the error that made the pool stale, not the other way round.
        if (!connection.Connection.IsUsable)
        {
            return ConnectionCloseReason.Error;
        }

        if (connection.IsStale)
        {
            return ConnectionCloseReason.Stale;
        }

        return
            connection.State == PooledConnectionState.Available
            && _maxIdle > 0
            && clock.GetTimestamp() - connection.AvailableSince > _maxIdle
            ? ConnectionCloseReason.Idle
            : null;
    }

    /// <summary>Closes all available connections.</summary>
    public void CloseAvailable(ref PoolWork work)
    {
        while (_available.TryPop(null, out var connection))
        {
            Close(connection, ConnectionCloseReason.PoolClosed, null, ref work);
        }
    }

    /// <summary>Closes the one that has been available for longest.</summary>
    public bool TryEvict(ref PoolWork work)
    {
        if (_available.Count == 0)
        {
            return false;
        }

        var connection = _available[0];
        _available.RemoveAt(0);
        Close(connection, ConnectionCloseReason.Evicted, null, ref work);
        return true;
    }

    /// <summary>Closes the available connections that have perished.</summary>
    public void Reap(ref PoolWork work)
    {
        // From the top, so that removing moves as little as possible when all of them go.
        for (var i = _available.Count - 1; i >= 0; i--)
        {
            var connection = _available[i];
            if (WhyPerished(connection) is { } reason)
            {
                _available.RemoveAt(i);
                Close(connection, reason, connection.Connection.Failure, ref work);
            }
        }
    }

    /// <summary>
    /// Takes stale connections away from whoever uses them, and ends stale establishments. A pool's connections
    /// can only be older than its generation or as old, so all that are stale are those that the clear meant.
    /// </summary>
    public void Interrupt(PoolClearedException interruption, ObjectId? serviceId, ref PoolWork work)
    {
        for (var slot = _all.Count - 1; slot >= 0; slot--)
        {
            var connection = _all[slot];
            if (connection.State == PooledConnectionState.Pending && serviceId is null)
            {
                connection.Interruption ??= interruption;
                work.AddToEnd(connection.Establishing!);
            }
            else if (
                connection.State == PooledConnectionState.InUse
                && connection.IsStale
                && connection.ServiceId == serviceId
                && connection.Interruption is null
            )
            {
                connection.Interruption = interruption;
                work.AddToInterrupt(connection);
            }
        }
    }

    /// <summary>Ends all establishments.</summary>
    public void EndPending(ref PoolWork work)
    {
        for (var slot = 0; slot < _all.Count; slot++)
        {
            if (_all[slot].State == PooledConnectionState.Pending)
            {
                work.AddToEnd(_all[slot].Establishing!);
            }
        }
    }

    /// <summary>Notes that a service was cleared: which one a pending connection has reached shows only later.</summary>
    public void NoteCleared(ObjectId serviceId)
    {
        for (var slot = 0; slot < _all.Count; slot++)
        {
            if (_all[slot].State == PooledConnectionState.Pending)
            {
                (_all[slot].ServicesCleared ??= []).Add(serviceId);
            }
        }
    }

    [Conditional("DEBUG")]
    public void AssertCounts()
    {
        Debug.Assert(Pending >= 0 && InUse >= 0);
        Debug.Assert(Pending + InUse + Available == All);
        Debug.Assert(All <= Created);
        Debug.Assert(All <= _most);
        Debug.Assert(Pending <= options.MaxConnecting);
    }

    private void Remove(PooledConnection connection, ConnectionCloseReason reason, Exception? error)
    {
        Leave(connection);
        connection.State = PooledConnectionState.Closed;
        _closed[(int)reason]++;
        _all.Remove(connection);
        Generations.Remove(connection);
        events?.ConnectionClosed(connection.Id, reason, error);
    }

    private void Leave(PooledConnection connection)
    {
        switch (connection.State)
        {
            case PooledConnectionState.Pending:
                Pending--;
                break;
            case PooledConnectionState.InUse:
                InUse--;
                break;
            default:
                Debug.Assert(connection.State == PooledConnectionState.Available, "closed is the end");
                break;
        }
    }
}

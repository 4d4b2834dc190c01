using System.Diagnostics;
using Weir.Pooling.Connections;
using Weir.Pooling.Events;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Pools;

/// <summary>
/// Every decision of a pool: its state, who waits, who gets what. It does nothing itself: what follows from a
/// decision goes into a <see cref="PoolWork"/>, and the pool does that when it has left its lock.
/// </summary>
/// <remarks>
/// <para>Threads: every member only under the pool's lock.</para>
/// <para>Fairness: while anybody waits, no connection is available. Whatever makes one available or makes room for
/// a new one serves the queue from its front (<see cref="Serve"/>) before the lock is left. So a newcomer that
/// finds an available connection overtakes nobody, and the fast path needs no look at the queue.</para>
/// <para>A check-out leaves the queue for a connection, for an error, or for a new connection that is established
/// for it. It then gets exactly that one, or its error.</para>
/// </remarks>
internal sealed class PoolLedger(
    ConnectionPool pool,
    PoolOptions options,
    TimeProvider clock,
    PoolEventStream? events,
    ConnectionBook connections,
    CheckOuts checkOuts,
    BudgetSeat? seat
)
{
    private readonly ConnectionBook _connections = connections;
    private readonly CheckOuts _checkOuts = checkOuts;
    private readonly Supply _supply = new(connections, checkOuts, seat);
    private readonly Population _population = new(options, connections, seat);
    private Exception? _clearedBy;

    public PoolState State { get; private set; } = PoolState.Paused;

    public int Pending => _connections.Pending;

    public bool IsAnybodyWaiting => _checkOuts.Waiting > 0;

    public PoolStatistics Statistics =>
        new()
        {
            State = State,
            Generation = _connections.Generations.Pool.Current,
            Total = _connections.All,
            Available = _connections.Available,
            InUse = _connections.InUse,
            Pending = _connections.Pending,
            Waiting = _checkOuts.Waiting,
            Created = _connections.Created,
            Closed = _connections.Created - _connections.All,
            ClosedAsStale = _connections.ClosedFor(ConnectionCloseReason.Stale),
            ClosedAsIdle = _connections.ClosedFor(ConnectionCloseReason.Idle),
            ClosedByError = _connections.ClosedFor(ConnectionCloseReason.Error),
            Evicted = _connections.ClosedFor(ConnectionCloseReason.Evicted),
            CheckedOut = _checkOuts.Succeeded,
            Waited = _checkOuts.Waited,
            Failed = _checkOuts.Failed,
            TimedOut = _checkOuts.TimedOut,
            Refused = _checkOuts.Refused,
        };

    public int GenerationOf(ObjectId? serviceId) => _connections.Generations.Of(serviceId);

    /// <summary>Null: <paramref name="result"/> says how it ended at once.</summary>
    public Waiter? CheckOut(
        Deadline deadline,
        CancellationToken token,
        ref PoolWork work,
        out CheckOutResult result
    )
    {
        events?.CheckOutStarted();
        if (State != PoolState.Ready)
        {
            result =
                State == PoolState.Closed
                    ? _checkOuts.Refuse(CheckOutOutcome.PoolClosed, null)
                    : _checkOuts.Refuse(CheckOutOutcome.PoolCleared, _clearedBy);
            return null;
        }

        if (_connections.TakeAvailable(ref work) is { } connection)
        {
            _connections.Use(connection);
            _checkOuts.Succeed(connection);
            result = new(connection);
            if (!work.IsEmpty)
            {
                // Perished ones were closed on the way: there may be too few now.
                Serve(ref work);
            }

            return null;
        }

        if (_checkOuts.IsFull)
        {
            result = _checkOuts.Refuse(CheckOutOutcome.QueueFull, null);
            return null;
        }

        var waiter = _checkOuts.Enqueue(deadline, token);
        Serve(ref work);
        if (waiter.IsQueued && waiter.Due <= waiter.Started)
        {
            _checkOuts.Remove(waiter);
            _checkOuts.Fail(waiter, CheckOutOutcome.TimedOut, null, ref work);
        }

        result = default;
        return waiter;
    }

    public void CheckIn(PooledConnection connection, ref PoolWork work)
    {
        connection.IsOut = false;
        events?.CheckedIn(connection.Id);
        if (State == PoolState.Closed)
        {
            _connections.Close(connection, ConnectionCloseReason.PoolClosed, null, ref work);
        }
        else if (_connections.WhyPerished(connection) is { } reason)
        {
            _connections.Close(connection, reason, connection.Connection.Failure, ref work);
            Serve(ref work);
        }
        else if (!_supply.Give(connection, null, ref work))
        {
            Serve(ref work);
        }
    }

    public bool Ready(ref PoolWork work)
    {
        if (!TryTransition(PoolState.Ready))
        {
            return false;
        }

        // Recorded before the first connection can be created: nobody can observe the two the other way round.
        events?.PoolReady();
        _clearedBy = null;
        _population.Resume();
        Serve(ref work);
        return true;
    }

    public void Clear(Exception? cause, bool interruptInUse, ref PoolWork work)
    {
        if (State == PoolState.Closed)
        {
            return;
        }

        _connections.Generations.Pool.Advance();
        _clearedBy = cause ?? _clearedBy;
        if (TryTransition(PoolState.Paused))
        {
            events?.PoolCleared(null, interruptInUse, cause);
            _checkOuts.FailAll(CheckOutOutcome.PoolCleared, cause, ref work);
        }

        DropStale(cause, interruptInUse, null, ref work);
    }

    /// <summary>The clear of a load-balanced pool: it goes on, without the connections to one service.</summary>
    public void ClearService(ObjectId serviceId, Exception? cause, bool interruptInUse, ref PoolWork work)
    {
        if (State == PoolState.Closed)
        {
            return;
        }

        _connections.Generations.Advance(serviceId);
        _connections.NoteCleared(serviceId);
        events?.PoolCleared(serviceId, interruptInUse, cause);
        DropStale(cause, interruptInUse, serviceId, ref work);
        Serve(ref work);
    }

    /// <summary>Makes every connection stale, as a clear does, and goes on.</summary>
    public void Renew(ref PoolWork work)
    {
        if (State == PoolState.Closed)
        {
            return;
        }

        _connections.Generations.Pool.Advance();
        _connections.Reap(ref work);
        Serve(ref work);
    }

    public void Close(ref PoolWork work)
    {
        if (TryTransition(PoolState.Closed))
        {
            _checkOuts.FailAll(CheckOutOutcome.PoolClosed, null, ref work);
            _connections.CloseAvailable(ref work);
            events?.PoolClosed();
            _connections.EndPending(ref work);
        }
    }

    /// <summary>
    /// Ends a wait because its token was cancelled, unless it has ended already. A connection that is being
    /// established for it is kept for whoever comes: the work is not thrown away.
    /// </summary>
    public void Cancel(Waiter waiter, ref PoolWork work)
    {
        if (waiter.IsQueued)
        {
            _checkOuts.Remove(waiter);
        }
        else if (waiter.Pending is { } pending)
        {
            TakeRequester(pending);
        }
        else
        {
            return;
        }

        _checkOuts.Fail(waiter, CheckOutOutcome.Canceled, null, ref work);
    }

    public void Expire(ref PoolWork work) => _checkOuts.FailExpired(ref work);

    /// <summary>A run of the background: closes what has perished, and populates again.</summary>
    public void Maintain(ref PoolWork work)
    {
        if (State == PoolState.Ready)
        {
            _connections.Reap(ref work);
            _population.Resume();
            Serve(ref work);
        }
    }

    public void Established(PooledConnection connection, ServerConnection established, ref PoolWork work)
    {
        connection.Established = established;
        if (options.LoadBalanced && established.Hello.ServiceId is { } serviceId)
        {
            _connections.Generations.Join(connection, serviceId);
        }

        var requester = TakeRequester(connection);
        _population.NoticeEnded(connection, failed: false);
        if (State == PoolState.Closed)
        {
            _connections.Close(connection, ConnectionCloseReason.PoolClosed, null, ref work);
            FailWithPool(requester, connection, ref work);
        }
        else if (connection.IsStale || connection.WasServiceCleared)
        {
            _connections.Close(connection, ConnectionCloseReason.Stale, null, ref work);
            if (State == PoolState.Ready && connection.Interruption is null && requester is not null)
            {
                // The pool is well again; it goes on waiting, and is still the oldest of those who do.
                _checkOuts.PutBack(requester);
            }
            else
            {
                FailWithPool(requester, connection, ref work);
            }
        }
        else
        {
            // Under one lock: whoever sees room for another pending connection sees this one available before.
            events?.ConnectionReady(connection.Id, Since(connection.CreatedAt));
            _supply.Give(connection, requester, ref work);
        }

        Serve(ref work);
    }

    public void NotEstablished(PooledConnection connection, Exception error, ref PoolWork work)
    {
        var requester = TakeRequester(connection);
        _population.NoticeEnded(connection, failed: true);
        var isClosed = State == PoolState.Closed;
        var reason = isClosed ? ConnectionCloseReason.PoolClosed : ConnectionCloseReason.Error;
        _connections.Close(connection, reason, error, ref work);
        if (isClosed || connection.Interruption is not null)
        {
            FailWithPool(requester, connection, ref work);
        }
        else if (requester is not null)
        {
            _checkOuts.Fail(requester, CheckOutOutcome.EstablishmentFailed, error, ref work);
        }

        Serve(ref work);
    }

    /// <summary>Serves who waits, because there may be a permit of the budget now.</summary>
    public void ServeWaiting(ref PoolWork work) => Serve(ref work);

    /// <summary>Closes the connection that has been available for longest, if there is one.</summary>
    public bool TryEvict(ref PoolWork work)
    {
        if (!_connections.TryEvict(ref work))
        {
            return false;
        }

        seat!.Budget.NoteEvicted();
        return true;
    }

    [Conditional("DEBUG")]
    public void AssertInvariants()
    {
        _connections.AssertCounts();
        Debug.Assert(
            _checkOuts.Waiting == 0 || State == PoolState.Ready,
            "nobody waits in a pool that is not ready"
        );
        _supply.AssertServed();
    }

    private bool TryTransition(PoolState next)
    {
        var isLegal = (State, next) switch
        {
            (PoolState.Paused, PoolState.Ready) => true,
            (PoolState.Ready, PoolState.Paused) => true,
            (PoolState.Paused or PoolState.Ready, PoolState.Closed) => true,
            _ => false,
        };
        if (isLegal)
        {
            State = next;
        }

        return isLegal;
    }

    /// <summary>Gives out what there is to give: first to those who wait, and only then to the background.</summary>
    private void Serve(ref PoolWork work)
    {
        if (State == PoolState.Ready)
        {
            _supply.Serve(ref work);
            _population.Continue(ref work);
        }
    }

    /// <summary>The pool, not the server, is why a connection made for a check-out is of no use to it.</summary>
    private void FailWithPool(Waiter? requester, PooledConnection connection, ref PoolWork work)
    {
        if (requester is null)
        {
            return;
        }

        if (State == PoolState.Closed)
        {
            _checkOuts.Fail(requester, CheckOutOutcome.PoolClosed, null, ref work);
        }
        else
        {
            var cause = connection.Interruption ?? _clearedBy;
            _checkOuts.Fail(requester, CheckOutOutcome.PoolCleared, cause, ref work);
        }
    }

    private void DropStale(Exception? cause, bool interruptInUse, ObjectId? serviceId, ref PoolWork work)
    {
        if (options.HasBackground)
        {
            // The background run that a clear may ask for at once.
            _connections.Reap(ref work);
        }

        if (interruptInUse)
        {
            _connections.Interrupt(
                PoolClearedException.Interruption(pool.Address, cause),
                serviceId,
                ref work
            );
        }
    }

    private static Waiter? TakeRequester(PooledConnection connection)
    {
        var requester = connection.Requester;
        connection.Requester = null;
        requester?.Pending = null;
        return requester;
    }

    private TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);
}

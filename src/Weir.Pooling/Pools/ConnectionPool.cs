using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Events;
using Weir.Pooling.Metrics;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Pools;

/// <summary>
/// The connections to one server with one credential, as MongoDB's connection monitoring and pooling specification
/// writes it: paused, ready or closed; never more than <c>maxPoolSize</c>; first come, first served.
/// </summary>
/// <remarks>
/// Threads: every member may be called from any thread. One lock guards all that changes. Under it the
/// <see cref="PoolLedger"/> decides, which takes a few dozen instructions; what was decided is done when the lock
/// has been left (<see cref="Finish"/>): events told, callers let go on, connections made and closed. Nothing is
/// awaited, sent, closed or called back under the lock.
/// </remarks>
public sealed class ConnectionPool : IAsyncDisposable
{
    internal delegate void Decision(PoolLedger ledger, ref PoolWork work);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly PoolEventStream? _events;
    private readonly Establisher _establisher;
    private readonly Departures _departures;
    private readonly BudgetSeat? _seat;

    // Guarded by _gate.
    private readonly PoolLedger _ledger;
    private readonly WaitQueue _waiting;
    private ITimer? _maintenance;

    // Counted without the lock.
    private int _usedByCursors;
    private int _usedByTransactions;

    /// <summary>Creates a pool, paused: nothing is connected before <see cref="Ready"/>.</summary>
    /// <param name="address">The server.</param>
    /// <param name="options">What the pool keeps to.</param>
    /// <param name="open">
    /// Makes an established connection with the given id. The token is cancelled when it is not wanted any more.
    /// </param>
    /// <param name="clock">The clock.</param>
    /// <param name="events">Who listens, if anybody.</param>
    /// <param name="onEstablishmentFailed">
    /// Told of every connection that could not be established, before the connection is closed and its check-out
    /// fails: so that a clear comes first. It may call the pool.
    /// </param>
    /// <param name="share">Caps its connections together with those of other pools.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal ConnectionPool(
        ServerAddress address,
        PoolOptions options,
        Func<long, CancellationToken, ValueTask<ServerConnection>> open,
        TimeProvider clock,
        IPoolEventSink? events = null,
        Action<EstablishmentFailure>? onEstablishmentFailed = null,
        BudgetShare? share = null
    )
    {
        options.Validate();
        Address = address;
        Options = options;
        _clock = clock;
        _waiting = new WaitQueue(clock, Expire);
        _events = events is null ? null : new PoolEventStream(events, address, _gate);
        var connections = new ConnectionBook(this, options, clock, _events);
        var checkOuts = new CheckOuts(this, options, clock, _events, _waiting);
        _seat = share?.Budget.Join(this, share);
        _ledger = new PoolLedger(this, options, clock, _events, connections, checkOuts, _seat);
        _establisher = new Establisher(this, _gate, _ledger, open, onEstablishmentFailed);
        _departures = new Departures(_gate, _ledger, _seat);
        _events?.PoolCreated(options);
        _events?.Deliver();
    }

    /// <summary>The server that the pool connects to.</summary>
    public ServerAddress Address { get; }

    /// <summary>What the pool keeps to.</summary>
    public PoolOptions Options { get; }

    /// <summary>Measures what connections take; null: nobody wants to know.</summary>
    internal PoolTimings? Timings { get; init; }

    /// <summary>The pool as it stands now.</summary>
    public PoolStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return _ledger.Statistics with
                {
                    UsedByCursors = Volatile.Read(ref _usedByCursors),
                    UsedByTransactions = Volatile.Read(ref _usedByTransactions),
                };
            }
        }
    }

    /// <summary>A connection that is out is now out for something else.</summary>
    internal void Recount(ConnectionPurpose before, ConnectionPurpose after)
    {
        Count(before, -1);
        Count(after, 1);
    }

    /// <summary>The pool's generation, or that of a service behind a load balancer.</summary>
    public int GetGeneration(ObjectId? serviceId = null)
    {
        lock (_gate)
        {
            return _ledger.GenerationOf(serviceId);
        }
    }

    /// <summary>
    /// Checks a connection out: at once, and without allocating, when one is available; else when the queue's
    /// turn comes. The caller resumes on the context that it came from, and the connection belongs to its loop.
    /// </summary>
    /// <param name="deadline">Ends the wait in the queue; unset: after <c>waitQueueTimeoutMS</c>.</param>
    /// <param name="cancellationToken">
    /// Ends the wait in the queue and the wait for an own new connection, which is then kept for others.
    /// </param>
    /// <exception cref="PoolTimeoutException">The deadline came first.</exception>
    /// <exception cref="PoolClearedException">The pool is paused; another try may succeed.</exception>
    /// <exception cref="PoolClosedException">The pool is closed.</exception>
    /// <exception cref="WaitQueueFullException">Too many wait already.</exception>
    /// <exception cref="ConnectionException">The connection made for this check-out failed.</exception>
    /// <exception cref="CommandException">The server refused the connection made for this check-out.</exception>
    public ValueTask<PooledConnection> CheckOutAsync(
        Deadline deadline = default,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<PooledConnection>(cancellationToken);
        }

        var waiter = CheckOut(deadline, cancellationToken, out var result);
        if (waiter is not null)
        {
            return new(waiter, waiter.Version);
        }

        return result.Succeeded
            ? new(result.Connection)
            : ValueTask.FromException<PooledConnection>(result.ToException());
    }

    /// <summary>The same as <see cref="CheckOutAsync"/>, but a failure is a value.</summary>
    public ValueTask<CheckOutResult> TryCheckOutAsync(
        Deadline deadline = default,
        CancellationToken cancellationToken = default
    )
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new(new CheckOutResult(this, cancellationToken));
        }

        var waiter = CheckOut(deadline, cancellationToken, out var result);
        return waiter is null ? new(result) : new(waiter, waiter.Version);
    }

    /// <summary>
    /// Checks a connection in. It goes straight to the first who waits; it is closed when it has failed, is stale,
    /// is in the middle of an exchange, or the pool is closed.
    /// </summary>
    /// <exception cref="ArgumentException">The connection is another pool's.</exception>
    /// <exception cref="InvalidOperationException">The connection is not checked out.</exception>
    public void CheckIn(PooledConnection connection)
    {
        if (connection.Pool != this)
        {
            throw new ArgumentException(
                $"Connection {connection.Id} to {connection.Address} is another pool's; this pool connects to {Address}.",
                nameof(connection)
            );
        }

        Timings?.CheckingIn(connection);
        var work = new PoolWork();
        lock (_gate)
        {
            if (!connection.IsOut)
            {
                throw new InvalidOperationException(
                    $"Connection {connection.Id} to {Address} is checked in, but it is not checked out."
                );
            }

            _ledger.CheckIn(connection, ref work);
            Leaving_NeedsLock(ref work);
        }

        Finish(in work);
    }

    /// <summary>
    /// The server was found: check-outs are served and the pool is populated from now on. Nothing happens unless
    /// the pool is paused.
    /// </summary>
    public void Ready()
    {
        var work = new PoolWork();
        lock (_gate)
        {
            if (_ledger.Ready(ref work) && Options.HasBackground)
            {
                var interval = Options.EffectiveMaintenanceInterval;
                _maintenance ??= _clock.CreateTimer(
                    static pool => ((ConnectionPool)pool!).Maintain(),
                    this,
                    interval,
                    interval
                );
            }

            Leaving_NeedsLock(ref work);
        }

        Finish(in work);
    }

    /// <summary>
    /// Makes every connection there is stale, pauses the pool and fails whoever waits, because the server was seen
    /// to fail. Behind a load balancer it does so to the connections to one service, and pauses nothing.
    /// </summary>
    /// <param name="cause">The error that was seen; the errors of those who wait name it.</param>
    /// <param name="interruptInUse">Whether connections in use or being established are aborted too.</param>
    /// <param name="serviceId">The service; required for a load-balanced pool, and not allowed for another.</param>
    /// <exception cref="InvalidOperationException">A service is named, or is not, against that rule.</exception>
    public void Clear(Exception? cause = null, bool interruptInUse = false, ObjectId? serviceId = null)
    {
        if (serviceId is not null != Options.LoadBalanced)
        {
            throw new InvalidOperationException(
                Options.LoadBalanced
                    ? $"The pool of {Address} is load-balanced: it can be cleared for one service only."
                    : $"The pool of {Address} is not load-balanced: it cannot be cleared for one service."
            );
        }

        Decide(
            (PoolLedger ledger, ref PoolWork work) =>
            {
                if (serviceId is { } id)
                {
                    ledger.ClearService(id, cause, interruptInUse, ref work);
                }
                else
                {
                    ledger.Clear(cause, interruptInUse, ref work);
                }
            }
        );
    }

    /// <summary>
    /// Replaces the connections without hurting anybody: available ones are closed now, those in use when they are
    /// checked in. Nobody's wait ends, and the pool is not paused.
    /// </summary>
    public void Renew() => Decide(static (PoolLedger ledger, ref PoolWork work) => ledger.Renew(ref work));

    /// <summary>
    /// Closes the pool for good: fails whoever waits, closes available connections and ends establishments.
    /// Completes when those are gone; connections in use are closed when they are checked in.
    /// </summary>
    public async Task CloseAsync()
    {
        var work = new PoolWork();
        Task allClosed;
        lock (_gate)
        {
            _ledger.Close(ref work);
            _maintenance?.Dispose();
            _waiting.Dispose();
            allClosed = _departures.WhenAllGone_NeedsLock();
            Leaving_NeedsLock(ref work);
        }

        Finish(in work);
        await allClosed;
        _seat?.Budget.Leave(_seat);
    }

    /// <summary>The same as <see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>There may be a permit of the budget for it now.</summary>
    internal void ServeWaiting() =>
        Decide(static (PoolLedger ledger, ref PoolWork work) => ledger.ServeWaiting(ref work));

    /// <summary>Closes the connection that has been available for longest, to make room for another pool's.</summary>
    internal bool TryEvict()
    {
        var isDone = false;
        Decide((PoolLedger ledger, ref PoolWork work) => isDone = ledger.TryEvict(ref work));
        return isDone;
    }

    /// <summary>The waiter's token was cancelled.</summary>
    internal void Cancel(Waiter waiter) =>
        Decide((PoolLedger ledger, ref PoolWork work) => ledger.Cancel(waiter, ref work));

    /// <summary>Lets the ledger decide under the lock, and does what follows outside it.</summary>
    internal void Decide(Decision decision)
    {
        var work = new PoolWork();
        lock (_gate)
        {
            decision(_ledger, ref work);
            Leaving_NeedsLock(ref work);
        }

        Finish(in work);
    }

    private Waiter? CheckOut(
        Deadline deadline,
        CancellationToken cancellationToken,
        out CheckOutResult result
    )
    {
        var work = new PoolWork();
        Waiter? waiter;
        lock (_gate)
        {
            waiter = _ledger.CheckOut(deadline, cancellationToken, ref work, out result);
            Leaving_NeedsLock(ref work);
        }

        Finish(in work);
        if (waiter is not null)
        {
            // The waiter is the caller's until its result is taken, however soon it was served.
            waiter.ListenForCancellation();
        }
        else if (result.Succeeded)
        {
            Timings?.CheckedOut(result.Connection);
            result.Connection.Connection.Channel.MoveToCurrentLoop();
        }

        return waiter;
    }

    private void Expire() => Decide(static (PoolLedger ledger, ref PoolWork work) => ledger.Expire(ref work));

    private void Maintain() =>
        Decide(static (PoolLedger ledger, ref PoolWork work) => ledger.Maintain(ref work));

    private void Leaving_NeedsLock(ref PoolWork work)
    {
        _ledger.AssertInvariants();
        work.ToServe = _seat is { MayWait: true } && !_ledger.IsAnybodyWaiting ? _seat.Withdraw() : null;
        _departures.Notice_NeedsLock(in work);
    }

    /// <summary>
    /// Does what was decided, outside the lock: first events, so that nobody goes on ahead of them; then callers;
    /// then what takes time.
    /// </summary>
    private void Finish(in PoolWork work)
    {
        _events?.Deliver();
        if (work.IsEmpty)
        {
            return;
        }

        work.CompleteWaiters();
        work.EndAndInterrupt();
        _establisher.Start(work.ToEstablish);
        _departures.Start(work.ToClose);
        work.ToServe?.ServeWaiting();
        if (work.WantsRoom)
        {
            _seat!.Budget.MakeRoom();
        }
    }

    private void Count(ConnectionPurpose purpose, int change)
    {
        if (purpose == ConnectionPurpose.Cursor)
        {
            Interlocked.Add(ref _usedByCursors, change);
        }
        else if (purpose == ConnectionPurpose.Transaction)
        {
            Interlocked.Add(ref _usedByTransactions, change);
        }
    }
}

namespace Weir.Pooling.Pools;

/// <summary>
/// A cap on the connections of many pools together. A pool takes a permit before it creates a connection and gives it
/// back when that is closed; pools that find none wait for theirs. The one that has fewest is next, of several
/// the one that came first, and every turn is one permit: so they share alike, and none that has nothing stands behind
/// one that would only like to have more.
/// </summary>
/// <remarks>
/// <para>Threads: every member may be called from any thread. Lock order: a pool's lock, then this one; nothing is
/// called under it. Who gets a permit has to be told outside of both, with
/// <see cref="ConnectionPool.ServeWaiting"/>.</para>
/// <para>At the cap, room is made by whoever waits, which closes an idle connection of the share that was used least
/// recently (<see cref="MakeRoom"/>), and by every pool that checks a connection in while another one waits
/// (<see cref="MustYield"/>).</para>
/// </remarks>
internal sealed class ConnectionBudget(int most, TimeProvider clock)
{
    // How long a pool may keep its connections to itself although another one has none: long enough to be worth the
    // new connection, short enough to be no matter.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<BudgetSeat> _seats = [];
    private readonly LinkedList<BudgetSeat> _waiting = new();
    private volatile int _waitingCount;
    private int _taken;

    // Permits of connections that are being closed to make room.
    private int _comingBack;

    /// <summary>Connections at most; 0: no limit.</summary>
    public int Most { get; } = most;

    /// <summary>Connections that there are, closing ones too.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Pools that wait for a permit.</summary>
    public int Waiting => _waitingCount;

    public BudgetSeat Join(ConnectionPool pool, BudgetShare share)
    {
        var seat = new BudgetSeat(this, pool, share);
        lock (_gate)
        {
            _seats.Add(seat);
        }

        return seat;
    }

    public void Leave(BudgetSeat seat)
    {
        lock (_gate)
        {
            _seats.Remove(seat);
        }
    }

    /// <summary>A permit, if there is one for this pool now; else it waits for its turn, if it is to.</summary>
    public bool TryTake(BudgetSeat seat, bool waits)
    {
        lock (_gate)
        {
            if (seat.IsGranted)
            {
                seat.IsGranted = false;
                seat.Held++;
                return true;
            }

            if (_waiting.Count == 0 && (Most == 0 || _taken < Most))
            {
                _taken++;
                seat.Held++;
                return true;
            }

            if (waits && seat.Place is null)
            {
                seat.WaitingSince = clock.GetTimestamp();
                seat.Place = _waiting.AddLast(seat);
                _waitingCount = _waiting.Count;
            }

            return false;
        }
    }

    /// <summary>A connection is gone. Returns the pool that may create one now, if any waited.</summary>
    public ConnectionPool? Return(BudgetSeat seat)
    {
        lock (_gate)
        {
            seat.Held--;
            _comingBack = Math.Max(0, _comingBack - 1);
            return PassOn_NeedsLock();
        }
    }

    /// <summary>Nobody waits in the pool any more. Returns the pool that gets the permit it was granted, if any.</summary>
    public ConnectionPool? Withdraw(BudgetSeat seat)
    {
        lock (_gate)
        {
            Dequeue_NeedsLock(seat);
            if (!seat.IsGranted)
            {
                return null;
            }

            seat.IsGranted = false;
            return PassOn_NeedsLock();
        }
    }

    /// <summary>
    /// Whether a connection that is free now has to be closed, because another pool waits and this one has no use for
    /// it, or has kept more than the other for long enough.
    /// </summary>
    public bool MustYield(BudgetSeat seat, bool isWanted)
    {
        if (_waitingCount == 0)
        {
            return false;
        }

        lock (_gate)
        {
            var others = _waiting.Count - (seat.Place is null ? 0 : 1);
            if (_comingBack >= others || Next_NeedsLock(seat) is not { } next)
            {
                return false;
            }

            var isFair = next.Held > 0 && next.Held >= seat.Held;
            if (isWanted && (isFair || clock.GetElapsedTime(next.WaitingSince) < Slice))
            {
                return false;
            }

            _comingBack++;
            return true;
        }
    }

    /// <summary>Closes an idle connection for each pool that waits, of the shares that were used least recently first.</summary>
    public void MakeRoom()
    {
        BudgetSeat[] seats;
        lock (_gate)
        {
            if (_comingBack >= _waiting.Count)
            {
                return;
            }

            seats = [.. _seats.OrderBy(static s => s.Share.LastUsed)];
        }

        foreach (var seat in seats)
        {
            while (WantsMore() && seat.Pool.TryEvict()) { }
        }

        bool WantsMore()
        {
            lock (_gate)
            {
                return _comingBack < _waiting.Count;
            }
        }
    }

    /// <summary>An idle connection is about to be closed to make room.</summary>
    public void NoteEvicted()
    {
        lock (_gate)
        {
            _comingBack++;
        }
    }

    private ConnectionPool? PassOn_NeedsLock()
    {
        if (Next_NeedsLock(apartFrom: null) is not { } next)
        {
            _taken--;
            return null;
        }

        Dequeue_NeedsLock(next);
        next.IsGranted = true;
        return next.Pool;
    }

    // Of those that have as few, the first: they are in the order in which they came.
    private BudgetSeat? Next_NeedsLock(BudgetSeat? apartFrom)
    {
        BudgetSeat? next = null;
        foreach (var seat in _waiting)
        {
            if (seat != apartFrom && (next is null || seat.Held < next.Held))
            {
                next = seat;
            }
        }

        return next;
    }

    private void Dequeue_NeedsLock(BudgetSeat seat)
    {
        if (seat.Place is { } place)
        {
            _waiting.Remove(place);
            seat.Place = null;
            _waitingCount = _waiting.Count;
        }
    }
}

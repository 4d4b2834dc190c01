using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Routing;

/// <summary>
/// Keeps getMores that wait for data (tailable cursors, change streams) from taking every connection of a server:
/// so many at a time, each for a turn; the others queue, and whoever has heard nothing queues again. Thread-safe,
/// first come first served, without allocation in steady state.
/// </summary>
/// <param name="width">How many may wait at the server at a time.</param>
/// <param name="slice">
/// The time in which everybody has a turn, as far as turns of a millisecond allow; and the longest turn.
/// </param>
internal sealed class AwaitLane(int width, TimeSpan slice)
{
    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private LaneTurn? _first;
    private LaneTurn? _last;
    private int _taken;
    private int _waiting;

    /// <summary>How many are in it.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>How many may be in it.</summary>
    public int Width => width;

    /// <summary>How many queue for it.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How long one that begins now may wait at the server for data: the shorter the more there are.</summary>
    public TimeSpan Turn
    {
        get
        {
            int all = Taken + Waiting;
            if (all <= width)
                return slice;
            // Half of it is left to what happens between two turns.
            TimeSpan turn = slice * (width / (2.0 * all));
            return turn < ShortestTurn ? ShortestTurn : turn;
        }
    }

    /// <summary>
    /// Waits for a place, which is the exchange's then until it leaves its lane. <see langword="false"/>: cancelled.
    /// </summary>
    public ValueTask<bool> EnterAsync(Exchange x, CancellationToken cancellationToken)
    {
        LaneTurn turn;
        lock (_lock)
        {
            if (_taken < width)
            {
                _taken++;
                x.Lane = this;
                return new(true);
            }
            turn = LaneTurn.Rent(this, x);
            turn.Previous = _last;
            if (_last is null)
                _first = turn;
            else
                _last.Next = turn;
            _last = turn;
            turn.IsQueued = true;
            _waiting++;
        }
        turn.ListenFor(cancellationToken);
        return new(turn, turn.Version);
    }

    /// <summary>Gives the place to whoever has queued longest.</summary>
    public void Leave()
    {
        LaneTurn? next;
        lock (_lock)
        {
            next = _first;
            if (next is null)
            {
                _taken--;
                return;
            }
            Unlink_NeedsLock(next);
            next.Exchange!.Lane = this;
        }
        next.Complete(true);
    }

    /// <summary>Its client waits no longer.</summary>
    public void Withdraw(LaneTurn turn)
    {
        lock (_lock)
        {
            if (!turn.IsQueued)
                return;
            Unlink_NeedsLock(turn);
        }
        turn.Complete(false);
    }

    private void Unlink_NeedsLock(LaneTurn turn)
    {
        if (turn.Previous is null)
            _first = turn.Next;
        else
            turn.Previous.Next = turn.Next;
        if (turn.Next is null)
            _last = turn.Previous;
        else
            turn.Next.Previous = turn.Previous;
        turn.Previous = turn.Next = null;
        turn.IsQueued = false;
        _waiting--;
    }
}

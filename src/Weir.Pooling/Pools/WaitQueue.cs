using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Weir.Pooling.Pools;

/// <summary>
/// The check-outs that wait, strictly first come, first served, with one timer for all their deadlines. Guarded by
/// the pool's lock.
/// </summary>
/// <remarks>
/// The timer stands at the earliest deadline that was in the queue when it was last set. It is not moved when that
/// waiter leaves: it fires once for nothing, and is then set to the earliest of those that wait. So a busy queue
/// whose waiters hardly ever time out touches its timer about once per timeout, not once per waiter.
/// </remarks>
internal sealed class WaitQueue(TimeProvider clock, Action expire) : IDisposable
{
    private Waiter? _first;
    private Waiter? _last;
    private ITimer? _timer;
    private long _timerDue = long.MaxValue;

    public int Count { get; private set; }

    public void Enqueue(Waiter waiter)
    {
        Debug.Assert(!waiter.IsQueued);
        waiter.IsQueued = true;
        waiter.Previous = _last;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        Entered(waiter);
    }

    /// <summary>Puts a waiter back that had left for a connection which then was of no use: it is still the oldest.</summary>
    public void PutBack(Waiter waiter)
    {
        Debug.Assert(!waiter.IsQueued);
        waiter.IsQueued = true;
        waiter.Next = _first;
        if (_first is null)
        {
            _last = waiter;
        }
        else
        {
            _first.Previous = waiter;
        }

        _first = waiter;
        Entered(waiter);
    }

    /// <summary>Takes out the one that has waited longest; there is one.</summary>
    public Waiter Dequeue()
    {
        Debug.Assert(_first is not null);
        var waiter = _first;
        Remove(waiter);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        Debug.Assert(waiter.IsQueued);
        if (waiter.Previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Previous = waiter.Next = null;
        waiter.IsQueued = false;
        Count--;
        Debug.Assert(Count >= 0 && Count == 0 == _first is null);
    }

    /// <summary>Takes out one whose deadline has come; when there is none, sets the timer for the next.</summary>
    public bool TryTakeExpired([NotNullWhen(true)] out Waiter? expired)
    {
        _timerDue = long.MaxValue;
        var now = clock.GetTimestamp();
        var next = long.MaxValue;
        for (var waiter = _first; waiter is not null; waiter = waiter.Next)
        {
            if (waiter.Due <= now)
            {
                Remove(waiter);
                expired = waiter;
                return true;
            }

            next = Math.Min(next, waiter.Due);
        }

        expired = null;
        SetTimer(next, now);
        return false;
    }

    public void Dispose() => _timer?.Dispose();

    private void Entered(Waiter waiter)
    {
        Count++;
        if (waiter.Due < _timerDue)
        {
            SetTimer(waiter.Due, clock.GetTimestamp());
        }
    }

    private void SetTimer(long due, long now)
    {
        if (due == long.MaxValue)
        {
            return;
        }

        // Timers count whole milliseconds: rounded up, so that the deadline has come when it fires.
        _timerDue = due;
        var delay = TimeSpan.FromMilliseconds(
            Math.Min(
                Math.Ceiling(Math.Max(0, clock.GetElapsedTime(now, due).TotalMilliseconds)),
                int.MaxValue
            )
        );
        _timer ??= clock.CreateTimer(
            static expire => ((Action)expire!)(),
            expire,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}

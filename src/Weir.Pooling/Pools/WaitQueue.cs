using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// The check-outs that wait, first come, first served, with one timer for all their deadlines. Guarded by the
/// pool's lock.
/// </summary>
/// <remarks>
/// <para>Order: strict among those of one event loop, and among those without one. Between loops a connection stays
/// on the loop that it is on, if one waits there, until somebody elsewhere has waited twice as long, and
/// <see cref="LoopStay"/> longer: a move costs both loops system calls and one of them a wake-up, half of what an
/// exchange costs. So nobody waits more than twice as long as others do, and connections go where the queue is
/// longest.</para>
/// <para>The timer stands at the earliest deadline that was in the queue when it was last set. It is not moved when
/// that waiter leaves: it fires once for nothing, and is then set to the earliest of those that wait. So a busy queue
/// whose waiters hardly ever time out touches its timer about once per timeout, not once per waiter.</para>
/// </remarks>
internal sealed class WaitQueue(TimeProvider clock, Action expire) : IDisposable
{
    /// <summary>How much younger the oldest of a connection's own loop may always be than the oldest of all.</summary>
    public static readonly TimeSpan LoopStay = TimeSpan.FromMilliseconds(1);

    private readonly long _loopStay = (long)(LoopStay.TotalSeconds * clock.TimestampFrequency);
    private readonly List<WaitLine> _lines = [];
    private ITimer? _timer;
    private long _timerDue = long.MaxValue;
    private long _lastTicket;

    public int Count { get; private set; }

    public void Enqueue(Waiter waiter)
    {
        Debug.Assert(!waiter.IsQueued);
        waiter.Ticket = ++_lastTicket;
        waiter.Line = LineOf(waiter.Loop);
        waiter.Line.Append(waiter);
        Entered(waiter);
    }

    /// <summary>Puts a waiter back that had left for a connection which then was of no use: it is still the oldest.</summary>
    public void PutBack(Waiter waiter)
    {
        Debug.Assert(!waiter.IsQueued);
        waiter.Line!.Prepend(waiter);
        Entered(waiter);
    }

    /// <summary>Takes out the one that has waited longest; there is one.</summary>
    public Waiter Dequeue()
    {
        var waiter = Oldest();
        Remove(waiter);
        return waiter;
    }

    /// <summary>Takes out the one whose turn it is for a connection that belongs to <paramref name="loop"/>.</summary>
    public Waiter Dequeue(EventLoop? loop)
    {
        var waiter = Oldest();
        if (waiter.Loop != loop && loop is not null && LineOf(loop).First is { } near)
        {
            var now = clock.GetTimestamp();
            var stays =
                near.Started - waiter.Started <= _loopStay
                || now - waiter.Started <= 2 * (now - near.Started);
            waiter = stays ? near : waiter;
        }

        Remove(waiter);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        Debug.Assert(waiter.IsQueued);
        waiter.Line!.Remove(waiter);
        waiter.IsQueued = false;
        Count--;
        Debug.Assert(Count >= 0);
    }

    /// <summary>Takes out one whose deadline has come; when there is none, sets the timer for the next.</summary>
    public bool TryTakeExpired([NotNullWhen(true)] out Waiter? expired)
    {
        _timerDue = long.MaxValue;
        var now = clock.GetTimestamp();
        var next = long.MaxValue;
        foreach (var line in _lines)
        {
            for (var waiter = line.First; waiter is not null; waiter = waiter.Next)
            {
                if (waiter.Due <= now)
                {
                    Remove(waiter);
                    expired = waiter;
                    return true;
                }

                next = Math.Min(next, waiter.Due);
            }
        }

        expired = null;
        SetTimer(next, now);
        return false;
    }

    public void Dispose() => _timer?.Dispose();

    private Waiter Oldest()
    {
        Waiter? oldest = null;
        foreach (var line in _lines)
        {
            if (line.First is { } first && (oldest is null || first.Ticket < oldest.Ticket))
            {
                oldest = first;
            }
        }

        Debug.Assert(oldest is not null);
        return oldest;
    }

    /// <summary>There are as many as loops use the pool: few, and always the same.</summary>
    private WaitLine LineOf(EventLoop? loop)
    {
        foreach (var line in _lines)
        {
            if (line.Loop == loop)
            {
                return line;
            }
        }

        var added = new WaitLine(loop);
        _lines.Add(added);
        return added;
    }

    private void Entered(Waiter waiter)
    {
        waiter.IsQueued = true;
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

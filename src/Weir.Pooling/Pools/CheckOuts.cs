using System.Diagnostics;
using Weir.Pooling.Events;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// A pool's check-outs: those that wait, and how each one ends. It tells of them and counts them. Guarded by the
/// pool's lock.
/// </summary>
internal sealed class CheckOuts(
    ConnectionPool pool,
    PoolOptions options,
    TimeProvider clock,
    PoolEventStream? events,
    WaitQueue queue
)
{
    public int Waiting => queue.Count;

    public long Succeeded { get; private set; }

    public long Waited { get; private set; }

    public long Failed { get; private set; }

    public long TimedOut { get; private set; }

    public long Refused { get; private set; }

    public bool IsFull => queue.Count >= options.MaxWaiting;

    /// <summary>Puts a check-out at the end of the queue.</summary>
    public Waiter Enqueue(Deadline deadline, CancellationToken token)
    {
        if (deadline.IsUnset && options.WaitQueueTimeout > TimeSpan.Zero)
        {
            deadline = Deadline.After(options.WaitQueueTimeout, clock);
        }

        var waiter = Waiter.Rent(pool, clock.GetTimestamp(), deadline.Timestamp, token);
        queue.Enqueue(waiter);
        Waited++;
        return waiter;
    }

    /// <summary>Takes out the one that has waited longest; there is one.</summary>
    public Waiter Dequeue() => queue.Dequeue();

    /// <summary>Takes out the one whose turn it is for a connection that belongs to <paramref name="loop"/>.</summary>
    public Waiter Dequeue(EventLoop? loop) => queue.Dequeue(loop);

    /// <summary>
    /// Puts one back in front that had left for a connection which then was of no use: it is the oldest still.
    /// </summary>
    public void PutBack(Waiter waiter) => queue.PutBack(waiter);

    public void Remove(Waiter waiter) => queue.Remove(waiter);

    /// <summary>One that found a connection at once.</summary>
    public void Succeed(PooledConnection connection)
    {
        Succeeded++;
        events?.CheckedOut(connection.Id, TimeSpan.Zero);
    }

    /// <summary>One that waited.</summary>
    public void Succeed(Waiter waiter, PooledConnection connection, ref PoolWork work)
    {
        Succeeded++;
        events?.CheckedOut(connection.Id, Since(waiter));
        waiter.Decide_NeedsLock(connection, CheckOutOutcome.CheckedOut, null);
        work.AddDone(waiter);
    }

    /// <summary>One that is refused at once.</summary>
    public CheckOutResult Refuse(CheckOutOutcome outcome, Exception? cause)
    {
        Failed++;
        if (outcome == CheckOutOutcome.QueueFull)
        {
            Refused++;
        }

        events?.CheckOutFailed(outcome, TimeSpan.Zero, cause);
        return new(pool, outcome, cause);
    }

    /// <summary>One that waited, and has left the queue.</summary>
    public void Fail(Waiter waiter, CheckOutOutcome outcome, Exception? cause, ref PoolWork work)
    {
        Failed++;
        if (outcome == CheckOutOutcome.TimedOut)
        {
            TimedOut++;
        }

        events?.CheckOutFailed(outcome, Since(waiter), cause);
        waiter.Decide_NeedsLock(null, outcome, cause);
        work.AddDone(waiter);
    }

    public void FailAll(CheckOutOutcome outcome, Exception? cause, ref PoolWork work)
    {
        while (queue.Count > 0)
        {
            Fail(queue.Dequeue(), outcome, cause, ref work);
        }

        Debug.Assert(queue.Count == 0);
    }

    public void FailExpired(ref PoolWork work)
    {
        while (queue.TryTakeExpired(out var waiter))
        {
            Fail(waiter, CheckOutOutcome.TimedOut, null, ref work);
        }
    }

    private TimeSpan Since(Waiter waiter) => clock.GetElapsedTime(waiter.Started);
}

namespace Weir.Testing;

/// <summary>
/// Runs an asynchronous test on one thread in virtual time: when nothing is left to run, the clock jumps to its next
/// timer. A test that waits for minutes takes milliseconds, and runs the same way every time.
/// </summary>
/// <remarks>
/// It knows only of what runs on its thread (which is the thread's <see cref="SynchronizationContext"/>). Work that
/// goes to the thread pool meanwhile is waited for only when no timer is armed: keep such work out of tests that
/// depend on time.
/// </remarks>
internal sealed class VirtualTime : SynchronizationContext
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly TimeSpan _limit;

    private VirtualTime(TimeSpan limit) => _limit = limit;

    /// <summary>The clock that jumps.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Runs the test to its end; fails when it takes longer than the limit (an hour) of virtual time.</summary>
    public static void Run(Func<VirtualTime, Task> test, TimeSpan? limit = null)
    {
        var time = new VirtualTime(limit ?? TimeSpan.FromHours(1));
        var before = Current;
        SetSynchronizationContext(time);
        try
        {
            var running = test(time);
            while (!running.IsCompleted)
            {
                time.Step();
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Completes after this much virtual time.</summary>
    public Task Delay(TimeSpan delay) => Task.Delay(delay, Clock);

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _queue.Enqueue((d, state));
            Monitor.Pulse(_gate);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    private void Step()
    {
        if (TryTake(TimeSpan.Zero, out var work))
        {
            work.Callback(work.State);
        }
        else if (Clock.UntilNextTimer is { } next)
        {
            if (Clock.Elapsed + next > _limit)
            {
                throw new TimeoutException($"The test would take longer than {_limit} of virtual time.");
            }

            Clock.Advance(next);
        }
        else if (TryTake(LongestWait, out work))
        {
            work.Callback(work.State);
        }
        else
        {
            throw new TimeoutException("The test waits for something that nothing is going to do.");
        }
    }

    private bool TryTake(TimeSpan wait, out (SendOrPostCallback Callback, object? State) work)
    {
        lock (_gate)
        {
            if (_queue.Count == 0 && wait > TimeSpan.Zero)
            {
                Monitor.Wait(_gate, wait);
            }

            return _queue.TryDequeue(out work);
        }
    }
}

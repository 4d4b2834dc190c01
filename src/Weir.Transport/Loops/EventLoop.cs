using Weir.Transport.Loops;

namespace Weir.Transport;

/// <summary>
/// A thread that serves channels, one event after the other. It is the thread's synchronization context, so
/// that <see langword="await"/> of anything comes back to it.
/// </summary>
/// <remarks>
/// <para>Nothing on a loop may block: it blocks every channel of the loop. <see cref="Post"/> may be called
/// from any thread and allocates nothing (give it a static callback and a state); callbacks of one poster run
/// in order. An exception that leaves a callback ends the process, as on the thread pool.</para>
/// <para>Staying on it: channels and frame readers complete inline. A plain <see langword="await"/> of a task
/// comes back inline too when it ends on this loop; with <c>ConfigureAwait(false)</c> it would go on on the
/// thread pool, because the runtime runs no such continuation under a foreign context. It is the other way
/// round for methods with the pooling builder: there <c>ConfigureAwait(false)</c> goes on inline, and a plain
/// <see langword="await"/> is posted, at the cost of an object and of a turn of the loop.</para>
/// <para>Waking up: whoever posts looks, under the mailbox's lock, whether the loop has said under the same
/// lock that it goes to sleep, and only then wakes it. So a busy loop costs no system call
/// and no wake-up is lost.</para>
/// </remarks>
public sealed class EventLoop : SynchronizationContext
{
    /// <summary>Rounds after the stop in which the last callbacks run; what still comes goes to the pool.</summary>
    private const int LastRounds = 1000;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The loop's own posts: its thread only.
    private WorkList _own = new();
    private WorkList _ownSpare = new();
    private bool _runsOwn;

    private readonly Lock _gate = new();
    private WorkList _mailbox = new();
    private WorkList _mailboxSpare = new();
    private bool _isAsleep;
    private bool _isStopping;
    private volatile bool _hasEnded;
    private int _channelCount;

    internal EventLoop(LoopNetwork network, Backend backend, int id)
    {
        Network = network;
        Backend = backend;
        Id = id;
    }

    /// <summary>The calling thread's loop; <see langword="null"/> where it is none.</summary>
    public static new EventLoop? Current => _current;

    /// <summary>Channels that belong to it.</summary>
    public int ChannelCount => Volatile.Read(ref _channelCount);

    /// <summary>1 and up within its network.</summary>
    internal int Id { get; }

    internal LoopNetwork Network { get; }

    internal Backend Backend { get; }

    /// <summary>Whether it serves no channel any more.</summary>
    internal bool HasEnded => _hasEnded;

    /// <summary>Completes when the thread has ended.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Runs <paramref name="d"/> on the loop, soon and never inside this call.</summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (_current == this)
        {
            _own.Add(new Work(d, state));
            return;
        }

        bool wake;
        lock (_gate)
        {
            if (_hasEnded)
            {
                // The last continuations of a network that was disposed: its channels have all ended.
                ThreadPool.UnsafeQueueUserWorkItem(
                    static w => w.Run(),
                    new Work(d, state),
                    preferLocal: false
                );
                return;
            }

            _mailbox.Add(new Work(d, state));
            wake = _isAsleep;
            _isAsleep = false;
        }

        if (wake)
        {
            Backend.Wake();
        }
    }

    /// <summary>
    /// Runs what has been posted by this loop itself, before the caller goes on, which is an event's continuation;
    /// does nothing inside a callback. As good as a wait that is over at once.
    /// </summary>
    public void LetPostedRun()
    {
        if (_current == this)
        {
            RunOwn();
        }
    }

    /// <summary>Not supported: it would block the caller.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A loop is never waited for; use Post.");

    /// <summary>The loop itself.</summary>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="work"/> on the loop, at once when the caller is on it.</summary>
    public Task RunAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _current == this
            ? work()
            : InvokeAsync(
                static async state =>
                {
                    await ((Func<Task>)state!)();
                    return true;
                },
                work
            );
    }

    /// <summary>Runs <paramref name="work"/> on the loop; the caller goes on where it was.</summary>
    internal Task<T> InvokeAsync<T>(Func<object?, ValueTask<T>> work, object? state)
    {
        var call = new LoopCall<T>(work, state);
        Post(static c => ((LoopCall<T>)c!).Start(), call);
        return call.Task;
    }

    internal void CountChannel(int change) => Interlocked.Add(ref _channelCount, change);

    internal void Start() =>
        new Thread(static loop => ((EventLoop)loop!).Run())
        {
            IsBackground = true,
            Name = $"weir loop {Id}",
        }.UnsafeStart(this);

    /// <summary>Tells the thread to end when nothing is left to run.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            _isAsleep = false;
        }

        Backend.Wake();
    }

    private void Run()
    {
        _current = this;
        SetSynchronizationContext(this);
        Backend.Start();
        var lastRounds = LastRounds;
        while (true)
        {
            var sleep = PrepareToSleep(ref lastRounds, out var end);
            if (end)
            {
                break;
            }

            Backend.Run(this, sleep);
            RunMailbox();
            RunOwn();
        }

        // Anything that is left, and what comes from now on, runs on the thread pool.
        _current = null;
        SetSynchronizationContext(null);
        RunMailbox();
        RunOwn();
        _ended.SetResult();
    }

    private bool PrepareToSleep(ref int lastRounds, out bool end)
    {
        end = false;
        lock (_gate)
        {
            var idle = _own.Count == 0 && _mailbox.Count == 0;
            if (_isStopping && (idle || lastRounds-- == 0))
            {
                _hasEnded = true;
                end = true;
                return false;
            }

            _isAsleep = idle;
            return idle;
        }
    }

    private void RunMailbox()
    {
        WorkList full;
        lock (_gate)
        {
            _isAsleep = false;
            if (_mailbox.Count == 0)
            {
                return;
            }

            full = _mailbox;
            _mailbox = _mailboxSpare;
            _mailboxSpare = full;
        }

        full.RunAll();
    }

    private void RunOwn()
    {
        if (_own.Count == 0 || _runsOwn)
        {
            return;
        }

        _runsOwn = true;

        // What these post in turn runs in the next round, after the events that have come meanwhile.
        var full = _own;
        _own = _ownSpare;
        _ownSpare = full;
        full.RunAll();
        _runsOwn = false;
    }
}

using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// A check-out that has to wait: for a place in the queue first, then perhaps for a connection of its own to be
/// established. Reused, so that waiting allocates nothing in steady state.
/// </summary>
/// <remarks>
/// <para>Threads: exactly one thing ends a wait (a hand-over, a failure, the deadline, a cancellation), because all
/// of them happen under the pool's lock and only to a waiter that is still waiting. So a connection cannot be
/// handed to a waiter that has just been cancelled, and a waiter that has just been handed one does not notice a
/// cancellation that comes later: its caller gets the connection.</para>
/// <para>The caller resumes through the <see cref="SynchronizationContext"/> that it came from (its event loop), by
/// <c>Post</c>, also when the hand-over happens on the same loop: never inside somebody else's check-in, never under
/// a lock. Without a context it resumes on the thread pool.</para>
/// <para>A waiter goes back to the free list of the thread that took its result; it is the loop that will need
/// the next one.</para>
/// </remarks>
internal sealed class Waiter
    : IValueTaskSource<PooledConnection>,
        IValueTaskSource<CheckOutResult>,
        IThreadPoolWorkItem
{
    private const int MostKeptPerThread = 4096;

    private static readonly Action<object?> Completed = static _ => Debug.Fail("a mark, never called");
    private static readonly SendOrPostCallback Resume = static waiter => ((Waiter)waiter!).Continue();
    private static readonly Action<object?> Cancel = static state =>
    {
        var waiter = (Waiter)state!;
        waiter._pool!.Cancel(waiter);
    };

    [ThreadStatic]
    private static Waiter? s_free;

    [ThreadStatic]
    private static int s_freeCount;

    private ConnectionPool? _pool;
    private SynchronizationContext? _context;
    private ExecutionContext? _executionContext;
    private CancellationToken _token;
    private CancellationTokenRegistration _cancellation;
    private Action<object?>? _continuation;
    private object? _continuationState;
    private bool _resumed;
    private PooledConnection? _connection;
    private CheckOutOutcome _outcome;
    private Exception? _cause;

    private Waiter() { }

    public short Version { get; private set; }

    /// <summary>The loop that its caller goes on on; null where it is none.</summary>
    public EventLoop? Loop => _context as EventLoop;

    /// <summary>The clock's timestamp at which the check-out began.</summary>
    public long Started { get; private set; }

    /// <summary>The clock's timestamp at which the wait in the queue ends; <see cref="long.MaxValue"/>: never.</summary>
    public long Due { get; private set; }

    // The links below are guarded by the pool's lock; Next also chains the waiters that are done.

    public Waiter? Previous { get; set; }

    public Waiter? Next { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>The line that it waits in, or waited in last.</summary>
    public WaitLine? Line { get; set; }

    /// <summary>Its number in the order of arrival.</summary>
    public long Ticket { get; set; }

    /// <summary>The connection that is being established for it, once it has left the queue for one.</summary>
    public PooledConnection? Pending { get; set; }

    public static Waiter Rent(ConnectionPool pool, long started, long due, CancellationToken token)
    {
        var waiter = s_free;
        if (waiter is null)
        {
            waiter = new Waiter();
        }
        else
        {
            s_free = waiter.Next;
            s_freeCount--;
            waiter.Next = null;
        }

        Debug.Assert(waiter is { _pool: null, IsQueued: false, Pending: null, IsDone: false });
        waiter._pool = pool;
        waiter._context = SynchronizationContext.Current;
        waiter._token = token;
        waiter.Started = started;
        waiter.Due = due;
        return waiter;
    }

    /// <summary>Lets the token end the wait. Outside the lock: a token that is cancelled already calls back at once.</summary>
    public void ListenForCancellation()
    {
        if (_token.CanBeCanceled)
        {
            _cancellation = _token.UnsafeRegister(Cancel, this);
        }
    }

    /// <summary>Decides how the wait ends. Under the pool's lock; once.</summary>
    public void Decide_NeedsLock(PooledConnection? connection, CheckOutOutcome outcome, Exception? cause)
    {
        Debug.Assert(!IsQueued && Pending is null && _connection is null && _cause is null && !IsDone);
        Debug.Assert(connection is null == outcome is not CheckOutOutcome.CheckedOut);
        _connection = connection;
        _outcome = outcome;
        _cause = cause;
    }

    /// <summary>Lets the caller go on. Outside the lock; the waiter may be somebody else's when this returns.</summary>
    public void Complete()
    {
        // If nobody awaits yet, the mark is the last thing done to the waiter: whoever sees it may take the result
        // and give the waiter away at once.
        if (Interlocked.CompareExchange(ref _continuation, Completed, null) is not null)
        {
            Schedule();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        Check(token);
        if (!IsDone)
        {
            return ValueTaskSourceStatus.Pending;
        }

        return _outcome switch
        {
            CheckOutOutcome.CheckedOut => ValueTaskSourceStatus.Succeeded,
            CheckOutOutcome.Canceled => ValueTaskSourceStatus.Canceled,
            _ => ValueTaskSourceStatus.Faulted,
        };
    }

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    )
    {
        Check(token);
        _continuationState = state;
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            _executionContext = ExecutionContext.Capture();
        }

        var previous = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (previous is null)
        {
            return;
        }

        if (!ReferenceEquals(previous, Completed))
        {
            throw new InvalidOperationException("A check-out can be awaited only once.");
        }

        _continuation = continuation;
        Schedule();
    }

    private bool IsDone => _resumed || ReferenceEquals(Volatile.Read(ref _continuation), Completed);

    PooledConnection IValueTaskSource<PooledConnection>.GetResult(short token)
    {
        var result = TakeResult(token);
        return result.Succeeded ? result.Connection : throw result.ToException();
    }

    CheckOutResult IValueTaskSource<CheckOutResult>.GetResult(short token) => TakeResult(token);

    void IThreadPoolWorkItem.Execute() => Continue();

    private CheckOutResult TakeResult(short token)
    {
        Check(token);
        if (!IsDone)
        {
            throw new InvalidOperationException("A check-out can be read only when it has ended.");
        }

        // Waits for a callback that is under way, so that none can reach this waiter in its next life. It needs
        // the pool's lock, which is not held here.
        _cancellation.Dispose();
        var connection = _connection;
        var result =
            connection is not null ? new CheckOutResult(connection)
            : _outcome == CheckOutOutcome.Canceled ? new CheckOutResult(_pool!, _token)
            : new CheckOutResult(_pool!, _outcome, _cause);
        if (connection is not null)
        {
            _pool!.Timings?.CheckedOut(connection, Started);
        }

        Recycle();

        // This is the receiving loop: the connection belongs to it before its user sees it.
        connection?.Connection.Channel.MoveToCurrentLoop();
        return result;
    }

    private void Recycle()
    {
        Version++;
        _pool = null;
        Line = null;
        _context = null;
        _executionContext = null;
        _token = default;
        _cancellation = default;
        _continuation = null;
        _continuationState = null;
        _connection = null;
        _cause = null;
        _outcome = default;
        _resumed = false;
        if (s_freeCount < MostKeptPerThread)
        {
            Next = s_free;
            s_free = this;
            s_freeCount++;
        }
    }

    private void Schedule()
    {
        _resumed = true;
        if (_context is { } context)
        {
            context.Post(Resume, this);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Continue()
    {
        var continuation = _continuation!;
        var state = _continuationState;
        if (_executionContext is { } executionContext)
        {
            ExecutionContext.Run(executionContext, new ContextCallback(continuation), state);
        }
        else
        {
            continuation(state);
        }
    }

    private void Check(short token)
    {
        if (token != Version)
        {
            throw new InvalidOperationException("This check-out has ended and its result was taken.");
        }
    }
}

using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Routing;

/// <summary>
/// A wait for a place in an <see cref="AwaitLane"/>. Reused, so that waiting allocates nothing in steady state; its
/// caller goes on in the context (the event loop) that it came from, never inside somebody else's call.
/// </summary>
internal sealed class LaneTurn : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private const int MostKeptPerThread = 4096;

    private static readonly Action<object?> Completed = static _ => Debug.Fail("a mark, never called");
    private static readonly SendOrPostCallback Resume = static turn => ((LaneTurn)turn!).Continue();
    private static readonly Action<object?> Cancel = static turn =>
        ((LaneTurn)turn!)._lane!.Withdraw((LaneTurn)turn);

    [ThreadStatic]
    private static Stack<LaneTurn>? t_free;

    private AwaitLane? _lane;
    private SynchronizationContext? _context;
    private CancellationTokenRegistration _cancellation;
    private Action<object?>? _continuation;
    private object? _state;
    private bool _result;
    private bool _isResumed;

    private LaneTurn() { }

    public short Version { get; private set; }

    public Exchange? Exchange { get; private set; }

    // Guarded by the lane's lock.

    public LaneTurn? Previous { get; set; }

    public LaneTurn? Next { get; set; }

    public bool IsQueued { get; set; }

    public static LaneTurn Rent(AwaitLane lane, Exchange x)
    {
        LaneTurn turn = t_free is { Count: > 0 } free ? free.Pop() : new LaneTurn();
        turn._lane = lane;
        turn.Exchange = x;
        turn._context = SynchronizationContext.Current;
        return turn;
    }

    /// <summary>Lets the token end the wait. Outside the lock: one that is cancelled already calls back at once.</summary>
    public void ListenFor(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(Cancel, this);

    /// <summary>Lets the caller go on. Once; outside the lock.</summary>
    public void Complete(bool result)
    {
        _result = result;
        // If nobody awaits yet, the mark is the last thing done to it: whoever sees it may give it away at once.
        if (Interlocked.CompareExchange(ref _continuation, Completed, null) is not null)
            Schedule();
    }

    public ValueTaskSourceStatus GetStatus(short token) =>
        _isResumed || ReferenceEquals(Volatile.Read(ref _continuation), Completed)
            ? ValueTaskSourceStatus.Succeeded
            : ValueTaskSourceStatus.Pending;

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    )
    {
        _state = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is null)
            return;
        _continuation = continuation;
        Schedule();
    }

    public bool GetResult(short token)
    {
        Debug.Assert(token == Version, "the result of another wait is asked for");
        // Waits for a callback that is under way, so that none can reach this in its next life.
        _cancellation.Dispose();
        bool result = _result;
        Version++;
        _lane = null;
        Exchange = null;
        _context = null;
        _cancellation = default;
        _continuation = null;
        _state = null;
        _isResumed = false;
        Stack<LaneTurn> free = t_free ??= new Stack<LaneTurn>();
        if (free.Count < MostKeptPerThread)
            free.Push(this);
        return result;
    }

    void IThreadPoolWorkItem.Execute() => Continue();

    private void Schedule()
    {
        _isResumed = true;
        if (_context is { } context)
            context.Post(Resume, this);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Continue() => _continuation!(_state);
}

using System.Threading.Tasks.Sources;

namespace Weir.Transport.Framing;

/// <summary>
/// The moving part of a reusable <see cref="IValueTaskSource"/>: one wait at a time, no result, no context.
/// </summary>
/// <remarks>
/// Whoever completes the wait runs the continuation, inline; the owner keeps the result and writes it before it
/// completes. Unlike <see cref="ManualResetValueTaskSourceCore{TResult}"/> nothing is captured, because the
/// owner completes on the right loop anyway: with a captured context every completion would be posted.
/// </remarks>
internal struct WaitCore
{
    private static readonly Action<object?> _completedMark = static _ => { };

    private Action<object?>? _continuation;
    private object? _state;

    /// <summary>The token of the present wait.</summary>
    public short Version { get; private set; }

    /// <summary>Starts the next wait.</summary>
    public void Reset()
    {
        Version++;
        _state = null;
        _continuation = null;
    }

    public void Complete()
    {
        var continuation =
            Volatile.Read(ref _continuation)
            ?? Interlocked.CompareExchange(ref _continuation, _completedMark, null);
        if (continuation is null)
        {
            return;
        }

        var state = _state;
        _state = null;
        _continuation = _completedMark;
        continuation(state);
    }

    public readonly bool IsCompleted(short token)
    {
        Check(token);
        return ReferenceEquals(Volatile.Read(in _continuation), _completedMark);
    }

    /// <summary>The status of a wait that cannot fail.</summary>
    public readonly ValueTaskSourceStatus Status(short token) =>
        IsCompleted(token) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    )
    {
        Check(token);
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            (continuation, state) = Flowing(continuation, state);
        }

        _state = state;
        var previous = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (previous is null)
        {
            return;
        }

        if (!ReferenceEquals(previous, _completedMark))
        {
            throw new InvalidOperationException("A wait was awaited twice.");
        }

        _state = null;
        if (SynchronizationContext.Current is { } context)
        {
            context.Post(static pair => ((Pair)pair!).Run(), new Pair(continuation, state));
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        }
    }

    private static (Action<object?>, object?) Flowing(Action<object?> continuation, object? state) =>
        ExecutionContext.Capture() is { } context
            ? (
                _ =>
                    ExecutionContext.Run(
                        context,
                        static pair => ((Pair)pair!).Run(),
                        new Pair(continuation, state)
                    ),
                null
            )
            : (continuation, state);

    private readonly void Check(short token)
    {
        if (token != Version)
        {
            throw new InvalidOperationException("A wait was used again after its result was taken.");
        }
    }

    private sealed record Pair(Action<object?> Continuation, object? State)
    {
        public void Run() => Continuation(State);
    }
}

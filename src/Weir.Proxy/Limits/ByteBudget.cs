using System.Diagnostics;

namespace Weir.Proxy.Limits;

/// <summary>
/// A bound on the bytes that requests and replies occupy at a time, over all clients. Thread-safe; first come,
/// first served among those who wait.
/// </summary>
internal sealed class ByteBudget(long capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _used;

    /// <summary>
    /// Read without the lock by whoever gives bytes back. One who starts to wait raises it before the last look at
    /// the room there is; one who gives back lowers <see cref="_used"/> before looking here: one of them sees the
    /// other.
    /// </summary>
    private int _waiting;

    public long Capacity { get; } = capacity;

    /// <summary>Bytes taken now; above <see cref="Capacity"/> by what came in without asking.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Who waits for bytes.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>
    /// Takes bytes that are there already (a small frame that arrived whole): they count, but nobody waits for
    /// them.
    /// </summary>
    public void Take(int bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Takes bytes if there is room for them and nobody has waited longer.</summary>
    public bool TryTake(int bytes)
    {
        lock (_lock)
            return _waiters.Count == 0 && TryTake_NeedsLock(bytes);
    }

    /// <summary>Takes bytes, waiting until others have given back theirs. <see langword="false"/>: not in time.</summary>
    public async ValueTask<bool> TakeAsync(
        int bytes,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (bytes > Capacity)
            return false;
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            Interlocked.Increment(ref _waiting);
            if (_waiters.Count == 0 && TryTake_NeedsLock(bytes))
            {
                Interlocked.Decrement(ref _waiting);
                return true;
            }
            node = _waiters.AddLast(new Waiter(bytes));
        }
        try
        {
            await node.Value.Granted.Task.WaitAsync(timeout, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return !Withdraw(node);
        }
    }

    /// <summary>Gives back bytes that were taken.</summary>
    public void Return(int bytes)
    {
        long used = Interlocked.Add(ref _used, -bytes);
        Debug.Assert(used >= 0, "more bytes were given back than taken");
        if (Volatile.Read(ref _waiting) == 0)
            return;
        lock (_lock)
            Grant_NeedsLock();
    }

    /// <summary><see langword="false"/>: the bytes were granted while the wait ended, so they are the waiter's.</summary>
    private bool Withdraw(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (node.List is null)
                return false;
            _waiters.Remove(node);
            Interlocked.Decrement(ref _waiting);
            Grant_NeedsLock();
            return true;
        }
    }

    private void Grant_NeedsLock()
    {
        while (_waiters.First is { } first && TryTake_NeedsLock(first.Value.Bytes))
        {
            _waiters.RemoveFirst();
            Interlocked.Decrement(ref _waiting);
            // Continuations run elsewhere, so setting it under the lock is safe.
            first.Value.Granted.SetResult();
        }
    }

    private bool TryTake_NeedsLock(int bytes)
    {
        // Take() adds without the lock, so this may be overtaken by a small frame: the bound is soft by that much.
        if (Volatile.Read(ref _used) + bytes > Capacity)
            return false;
        Interlocked.Add(ref _used, bytes);
        return true;
    }

    private sealed class Waiter(int bytes)
    {
        public int Bytes { get; } = bytes;

        public TaskCompletionSource Granted { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Buffers;

namespace Weir.Sync.Chunks;

/// <summary>
/// The bytes of records that may be in memory at a time. Waiters are served in turn. Thread-safe.
/// </summary>
internal sealed class ByteBudget(long limit)
{
    private const int LargestArray = 64 << 20;
    private const int MostArrays = 64;
    private const int MostEntries = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Granted)> _waiting = new();
    private long _used;

    /// <summary>
    /// The arrays that the bytes stand in: as many as were ever needed at a time, and no more. The shared pool keeps some
    /// for every thread, so that threads that take turns miss each other's and leave large garbage behind.
    /// </summary>
    public ArrayPool<byte> Arrays { get; } = ArrayPool<byte>.Create(LargestArray, MostArrays);

    /// <summary>The same for where records stand in the bytes.</summary>
    public ArrayPool<Entry> Entries { get; } = ArrayPool<Entry>.Create(MostEntries, MostArrays);

    /// <summary>Bytes that are spoken for at this moment.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
            {
                return _used;
            }
        }
    }

    /// <summary>The most that were spoken for at any moment.</summary>
    public long Peak { get; private set; }

    /// <summary>Waits until there is room. More than the whole budget is granted when nothing else is held.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        TaskCompletionSource granted;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits_NeedsLock(bytes))
            {
                Use_NeedsLock(bytes);
                return;
            }
            granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((bytes, granted));
        }
        try
        {
            await granted.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // False: it was granted in the meantime, and counted. Else those behind it may fit.
            Return(granted.TrySetCanceled(CancellationToken.None) ? 0 : bytes);
            throw;
        }
    }

    /// <summary>Counts bytes that are there already: a record that was larger than the room taken for it.</summary>
    public void Add(long bytes)
    {
        lock (_gate)
        {
            Use_NeedsLock(bytes);
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            while (
                _waiting.TryPeek(out var next)
                && (next.Granted.Task.IsCompleted || Fits_NeedsLock(next.Bytes))
            )
            {
                _waiting.Dequeue();
                // Its continuation runs elsewhere. False: it gave up, and needs nothing.
                if (next.Granted.TrySetResult())
                {
                    Use_NeedsLock(next.Bytes);
                }
            }
        }
    }

    private bool Fits_NeedsLock(long bytes) => _used == 0 || _used + bytes <= limit;

    private void Use_NeedsLock(long bytes)
    {
        _used += bytes;
        Peak = Math.Max(Peak, _used);
    }
}

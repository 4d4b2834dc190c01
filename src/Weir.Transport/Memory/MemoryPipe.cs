namespace Weir.Transport.Memory;

/// <summary>One direction of an in-memory pair: a bounded ring of bytes. Thread-safe.</summary>
internal sealed class MemoryPipe
{
    /// <summary>Bytes on the way before a send waits, like a socket's buffer.</summary>
    public const int Capacity = 64 * 1024;

    private readonly Lock _gate = new();
    private byte[] _ring = [];
    private int _head;
    private int _count;
    private bool _readerGone;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _writable;
    private Action? _onWriterGone;

    /// <summary>How the writing side ended; <see cref="ChannelEnd.Broken"/> throws away what is on the way.</summary>
    public ChannelEnd WriterEnd { get; private set; }

    /// <summary>
    /// Reads into <paramref name="target"/> (an empty one only looks): the bytes' number, 0 at the end, or -1 and what to wait for.
    /// </summary>
    public int TryRead(Span<byte> target, out Task wait)
    {
        TaskCompletionSource? writable;
        int count;
        wait = Task.CompletedTask;
        lock (_gate)
        {
            if (_count == 0 || _readerGone)
            {
                if (WriterEnd != ChannelEnd.None || _readerGone)
                {
                    return 0;
                }

                wait = (_readable ??= new TaskCompletionSource()).Task;
                return -1;
            }

            count = Math.Min(_count, target.Length);
            var first = Math.Min(count, _ring.Length - _head);
            _ring.AsSpan(_head, first).CopyTo(target);
            _ring.AsSpan(0, count - first).CopyTo(target[first..]);
            _head = (_head + count) % _ring.Length;
            _count -= count;
            if (target.IsEmpty)
            {
                return _count;
            }

            writable = Take(ref _writable);
        }

        Release(writable);
        return count;
    }

    /// <summary>Writes a part: the bytes' number, 0 at the end, or -1 and what to wait for.</summary>
    public int TryWrite(ReadOnlySpan<byte> source, out Task wait)
    {
        TaskCompletionSource? readable;
        int count;
        wait = Task.CompletedTask;
        lock (_gate)
        {
            if (_readerGone || WriterEnd != ChannelEnd.None)
            {
                return 0;
            }

            count = Math.Min(source.Length, Capacity - _count);
            if (count == 0)
            {
                wait = (_writable ??= new TaskCompletionSource()).Task;
                return -1;
            }

            Grow(_count + count);
            var tail = (_head + _count) % _ring.Length;
            var first = Math.Min(count, _ring.Length - tail);
            source[..first].CopyTo(_ring.AsSpan(tail));
            source[first..count].CopyTo(_ring);
            _count += count;
            readable = Take(ref _readable);
        }

        Release(readable);
        return count;
    }

    public void CloseWriter(ChannelEnd end)
    {
        TaskCompletionSource? readable;
        TaskCompletionSource? writable;
        Action? gone;
        lock (_gate)
        {
            if (WriterEnd != ChannelEnd.None)
            {
                return;
            }

            WriterEnd = end;
            if (end == ChannelEnd.Broken)
            {
                _count = 0;
            }

            readable = Take(ref _readable);
            writable = Take(ref _writable);
            gone = _onWriterGone;
            _onWriterGone = null;
        }

        Release(readable);
        Release(writable);
        if (gone is not null)
        {
            Trampoline.Run(gone);
        }
    }

    public void CloseReader()
    {
        TaskCompletionSource? readable;
        TaskCompletionSource? writable;
        lock (_gate)
        {
            _readerGone = true;
            _count = 0;
            _onWriterGone = null;
            readable = Take(ref _readable);
            writable = Take(ref _writable);
        }

        Release(readable);
        Release(writable);
    }

    /// <summary>Calls <paramref name="gone"/> when the writing side ends, or soon when it has.</summary>
    public void OnWriterGone(Action? gone)
    {
        lock (_gate)
        {
            if (WriterEnd == ChannelEnd.None || gone is null)
            {
                _onWriterGone = gone;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static g => g(), gone, preferLocal: true);
    }

    private static TaskCompletionSource? Take(ref TaskCompletionSource? source)
    {
        var taken = source;
        source = null;
        return taken;
    }

    private static void Release(TaskCompletionSource? source)
    {
        if (source is not null)
        {
            Trampoline.Run(source.SetResult);
        }
    }

    private void Grow(int needed)
    {
        if (needed <= _ring.Length)
        {
            return;
        }

        var size = Math.Max(4096, _ring.Length);
        while (size < needed)
        {
            size *= 2;
        }

        var ring = new byte[size];
        var first = Math.Min(_count, _ring.Length - _head);
        _ring.AsSpan(_head, first).CopyTo(ring);
        _ring.AsSpan(0, _count - first).CopyTo(ring.AsSpan(first));
        _ring = ring;
        _head = 0;
    }
}

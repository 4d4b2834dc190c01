using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Weir.Transport.Framing;

/// <summary>
/// Reads frames that begin with their own length: a little-endian int32 that counts itself.
/// </summary>
/// <remarks>
/// <para>It holds no buffer while it waits for a frame to begin. What arrives first goes to the thread's
/// scratch buffer; a small frame is copied to a buffer rented to its length, and the rest of a large one is
/// received straight into such a buffer. Bytes of a following frame are kept.</para>
/// <para>One read at a time; the continuation runs inline, where the channel's does. After any outcome but
/// <see cref="FrameOutcome.Frame"/> the reader holds nothing and is finished; a reader that is given up
/// earlier is disposed (abort the channel and let a pending read end first).</para>
/// </remarks>
public sealed class FrameReader : IValueTaskSource<FrameRead>, IValueTaskSource<bool>, IDisposable
{
    /// <summary>For channels that cannot receive at once: enough for a TLS record.</summary>
    private const int SpareSize = 16 * 1024;

    private static readonly Action<object?> _goOn = static reader => ((FrameReader)reader!).Resume();

    private readonly Channel _channel;

    // Mutable structs: not readonly.
    private FrameAssembler _frames;
    private WaitCore _wait;

    private int _bufferUpTo;
    private Step _pending;
    private Action? _resume;
    private ValueTaskAwaiter<bool> _readiness;
    private ValueTaskAwaiter<int> _receive;
    private byte[]? _spare;
    private FrameRead _result;
    private ExceptionDispatchInfo? _error;

    /// <param name="channel">Where the bytes come from.</param>
    /// <param name="maxLength">The longest frame allowed, in bytes.</param>
    /// <param name="minLength">The shortest frame allowed, in bytes; at least 4.</param>
    public FrameReader(Channel channel, int maxLength, int minLength = 16)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentOutOfRangeException.ThrowIfLessThan(minLength, sizeof(int));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, minLength);
        _channel = channel;
        _frames = new FrameAssembler(minLength, maxLength);
    }

    /// <summary>What a read waits for.</summary>
    private enum Step : byte
    {
        None,
        Readiness,
        Spare,
        Fill,
    }

    /// <summary>Bytes that are still to be read of a frame whose first part was given.</summary>
    public int Rest => _frames.Rest;

    /// <summary>Whether bytes of a following frame have come already.</summary>
    public bool HasMore => _frames.KeptCount > 0;

    /// <summary>Reads a whole frame.</summary>
    public ValueTask<FrameRead> ReadAsync() => ReadAsync(int.MaxValue);

    /// <summary>
    /// Reads a frame; of one that is longer than <paramref name="bufferUpTo"/> bytes, exactly that many first
    /// bytes (but at least the shortest frame's length). <see cref="ReadRestAsync"/> then reads the rest.
    /// </summary>
    public ValueTask<FrameRead> ReadAsync(int bufferUpTo) =>
        Begin(bufferUpTo)
            ? new ValueTask<FrameRead>(TakeRead())
            : new ValueTask<FrameRead>(this, _wait.Version);

    /// <summary>
    /// The same in two halves, for whoever waits in great numbers: a state machine that awaits this one has no room for
    /// a read. Whether a frame is there; <see cref="TakeRead"/> takes what was read, or how it ended.
    /// </summary>
    public ValueTask<bool> WaitToReadAsync(int bufferUpTo) =>
        Begin(bufferUpTo) ? new ValueTask<bool>(HasFrame) : new ValueTask<bool>(this, _wait.Version);

    /// <summary>The other half. Once, and only when the wait is over.</summary>
    public FrameRead TakeRead()
    {
        var result = _result;
        _result = default;
        return result;
    }

    /// <summary>
    /// Reads a piece of the frame whose first part was given: at least one byte and at most
    /// <see cref="Rest"/>; 0 when the channel ended before the frame did.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadRestAsync(Memory<byte> buffer)
    {
        buffer = buffer[..Math.Min(buffer.Length, _frames.Rest)];
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = _frames.TakeKept(buffer.Span);
        if (count == 0)
        {
            count = await _channel.ReceiveAsync(buffer).ConfigureAwait(false);
        }

        _frames.Rest = count == 0 ? 0 : _frames.Rest - count;
        return count;
    }

    /// <summary>Gives back what is kept. Not while a read is pending.</summary>
    public void Dispose() => Clear();

    FrameRead IValueTaskSource<FrameRead>.GetResult(short token)
    {
        ThrowUnlessRead(token);
        return TakeRead();
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        ThrowUnlessRead(token);
        return HasFrame;
    }

    ValueTaskSourceStatus IValueTaskSource<FrameRead>.GetStatus(short token) => Status(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => Status(token);

    void IValueTaskSource<FrameRead>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wait.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wait.OnCompleted(continuation, state, token, flags);

    private bool HasFrame => _result.Outcome == FrameOutcome.Frame;

    private bool Begin(int bufferUpTo)
    {
        if (_frames.Rest > 0 || _pending != Step.None)
        {
            throw new InvalidOperationException("The frame before has not been read to its end.");
        }

        _bufferUpTo = bufferUpTo;
        _wait.Reset();
        return Run(ready: false);
    }

    private void ThrowUnlessRead(short token)
    {
        if (!_wait.IsCompleted(token))
        {
            throw new InvalidOperationException("The frame has not been read yet.");
        }

        _error?.Throw();
    }

    private ValueTaskSourceStatus Status(short token) =>
        _wait.IsCompleted(token) && _error is not null ? ValueTaskSourceStatus.Faulted : _wait.Status(token);

    private void Resume()
    {
        bool done;
        try
        {
            var step = _pending;
            _pending = Step.None;
            done = step switch
            {
                Step.Readiness => _readiness.GetResult() ? Run(ready: true) : Ended(),
                Step.Spare => TookSpare(_receive.GetResult()) || Run(ready: false),
                _ => Filled(_receive.GetResult()) || Run(ready: false),
            };
        }
        catch (Exception e)
        {
            // Channels do not throw; should one, nobody is left waiting for ever.
            Clear();
            _error = ExceptionDispatchInfo.Capture(e);
            done = true;
        }

        if (done)
        {
            _wait.Complete();
        }
    }

    /// <summary>Goes on until there is a result (true) or something is pending (false).</summary>
    private bool Run(bool ready)
    {
        while (true)
        {
            if (_frames.TryKept(_bufferUpTo, out _result))
            {
                return true;
            }

            if (_frames.HasBegun)
            {
                if (!Await(_channel.ReceiveAsync(_frames.Missing), Step.Fill, out var count))
                {
                    return false;
                }

                if (Filled(count))
                {
                    return true;
                }

                continue;
            }

            switch (ReceiveAtOnce())
            {
                case AtOnce.Done:
                    return true;
                case AtOnce.Some:
                    break;
                case AtOnce.Unable when ready:
                    if (!Await(_channel.ReceiveAsync(RentSpare()), Step.Spare, out var count))
                    {
                        return false;
                    }

                    if (TookSpare(count))
                    {
                        return true;
                    }

                    ready = false;
                    break;
                default:
                    if (!Await(_channel.WaitToReceiveAsync(), out ready))
                    {
                        return false;
                    }

                    if (!ready)
                    {
                        return Ended();
                    }

                    break;
            }
        }
    }

    /// <summary>Receives into the thread's scratch buffer, behind the few bytes that were kept.</summary>
    private AtOnce ReceiveAtOnce()
    {
        var scratch = Scratch.Span;
        var count = _channel.ReceiveNow(scratch[_frames.KeptCount..]);
        if (count <= 0)
        {
            return count == 0 && Ended() ? AtOnce.Done
                : count == Channel.NothingThere ? AtOnce.Nothing
                : AtOnce.Unable;
        }

        count += _frames.TakeKept(scratch[.._frames.KeptCount]);
        return _frames.Add(scratch[..count], _bufferUpTo, out _result) ? AtOnce.Done : AtOnce.Some;
    }

    private Memory<byte> RentSpare()
    {
        _spare = BufferPool.Rent(SpareSize);
        return _spare.AsMemory(_frames.KeptCount);
    }

    private bool TookSpare(int count)
    {
        var spare = _spare!;
        _spare = null;
        try
        {
            if (count == 0)
            {
                return Ended();
            }

            count += _frames.TakeKept(spare.AsSpan(0, _frames.KeptCount));
            return _frames.Add(spare.AsSpan(0, count), _bufferUpTo, out _result);
        }
        finally
        {
            BufferPool.Return(spare);
        }
    }

    private bool Filled(int count) => count == 0 ? Ended() : _frames.Fill(count, out _result);

    private bool Ended()
    {
        _result = _frames.End();
        return true;
    }

    private void Clear()
    {
        _frames.Clear();
        if (_spare is { } spare)
        {
            _spare = null;
            BufferPool.Return(spare);
        }
    }

    private bool Await(ValueTask<int> receive, Step step, out int count)
    {
        var awaiter = receive.GetAwaiter();
        if (awaiter.IsCompleted)
        {
            count = awaiter.GetResult();
            return true;
        }

        count = 0;
        _pending = step;
        _receive = awaiter;
        ResumeAfter(awaiter);
        return false;
    }

    private bool Await(ValueTask<bool> readiness, out bool ready)
    {
        var awaiter = readiness.GetAwaiter();
        if (awaiter.IsCompleted)
        {
            ready = awaiter.GetResult();
            return true;
        }

        ready = false;
        _pending = Step.Readiness;
        _readiness = awaiter;
        ResumeAfter(awaiter);
        return false;
    }

    private void ResumeAfter<T>(ValueTaskAwaiter<T> awaiter)
    {
        if (!_channel.TryContinue(_goOn, this))
        {
            awaiter.UnsafeOnCompleted(_resume ??= Resume);
        }
    }

    /// <summary>What a receive without waiting brought.</summary>
    private enum AtOnce : byte
    {
        /// <summary>The read has its result.</summary>
        Done,

        /// <summary>Bytes, but not enough.</summary>
        Some,

        /// <summary>The channel has nothing.</summary>
        Nothing,

        /// <summary>The channel cannot receive without waiting.</summary>
        Unable,
    }
}

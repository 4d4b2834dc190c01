using System.Buffers.Binary;

namespace Weir.Transport.Framing;

/// <summary>Makes frames of bytes in whatever pieces they come. Knows no channel and never waits.</summary>
internal struct FrameAssembler(int minLength, int maxLength)
{
    private const int Prefix = sizeof(int);

    private KeptBytes _kept;
    private byte[]? _buffer;
    private int _filled;
    private int _target;
    private int _length;

    /// <summary>Bytes of a frame given in part that have not been taken yet.</summary>
    public int Rest { get; set; }

    public readonly int KeptCount => _kept.Count;

    /// <summary>Whether a frame has begun, so that what is <see cref="Missing"/> can be received in place.</summary>
    public readonly bool HasBegun => _buffer is not null;

    public readonly Memory<byte> Missing => new(_buffer, _filled, _target - _filled);

    /// <summary>Takes what was kept into <paramref name="target"/>.</summary>
    public int TakeKept(Span<byte> target) => _kept.Take(target);

    /// <summary>Looks for a frame in the bytes that were kept.</summary>
    public bool TryKept(int bufferUpTo, out FrameRead read)
    {
        if (_kept.Count < Prefix || HasBegun)
        {
            read = default;
            return false;
        }

        var done = Begin(_kept.Span, bufferUpTo, out var used, out read);
        _kept.Skip(used);
        return done;
    }

    /// <summary>Adds bytes; only when nothing is kept and no frame has begun.</summary>
    public bool Add(ReadOnlySpan<byte> bytes, int bufferUpTo, out FrameRead read)
    {
        var done = Begin(bytes, bufferUpTo, out var used, out read);
        if (read.Outcome != FrameOutcome.BadLength)
        {
            _kept.Keep(bytes[used..]);
        }

        return done;
    }

    /// <summary>Counts bytes that were received into <see cref="Missing"/>.</summary>
    public bool Fill(int count, out FrameRead read)
    {
        _filled += count;
        if (_filled < _target)
        {
            read = default;
            return false;
        }

        read = Whole(_buffer!, _target, _length);
        _buffer = null;
        return true;
    }

    /// <summary>The channel has ended: gives everything back and says whether that cut a frame.</summary>
    public FrameRead End()
    {
        var outcome = HasBegun || _kept.Count > 0 ? FrameOutcome.Truncated : FrameOutcome.Ended;
        var announced = HasBegun ? _length : 0;
        Clear();
        return new FrameRead(outcome, default, announced);
    }

    public void Clear()
    {
        Rest = 0;
        _kept.Clear();
        if (_buffer is { } buffer)
        {
            _buffer = null;
            BufferPool.Return(buffer);
        }
    }

    private bool Begin(ReadOnlySpan<byte> bytes, int bufferUpTo, out int used, out FrameRead read)
    {
        used = 0;
        read = default;
        if (bytes.Length < Prefix)
        {
            return false;
        }

        // Judged before anything is rented for it.
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < minLength || length > maxLength)
        {
            used = bytes.Length;
            read = new FrameRead(FrameOutcome.BadLength, default, length);
            return true;
        }

        var target = Math.Min(length, Math.Max(bufferUpTo, minLength));
        var buffer = BufferPool.Rent(target);
        used = Math.Min(target, bytes.Length);
        bytes[..used].CopyTo(buffer);
        if (used == target)
        {
            read = Whole(buffer, target, length);
            return true;
        }

        _buffer = buffer;
        _filled = used;
        _target = target;
        _length = length;
        return false;
    }

    private FrameRead Whole(byte[] buffer, int available, int length)
    {
        Rest = length - available;
        return new FrameRead(FrameOutcome.Frame, new Frame(buffer, available, length), length);
    }
}

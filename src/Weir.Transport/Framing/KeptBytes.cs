namespace Weir.Transport.Framing;

/// <summary>Bytes that arrived behind a frame, in a rented buffer while there are any.</summary>
internal struct KeptBytes
{
    private byte[]? _buffer;
    private int _start;

    public int Count { get; private set; }

    public readonly ReadOnlySpan<byte> Span => new(_buffer, _start, Count);

    /// <summary>Keeps a copy. Only when nothing is kept.</summary>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        _buffer = BufferPool.Rent(bytes.Length);
        bytes.CopyTo(_buffer);
        _start = 0;
        Count = bytes.Length;
    }

    /// <summary>Keeps a copy behind what is kept.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Count == 0)
        {
            Keep(bytes);
            return;
        }

        if (_start + Count + bytes.Length > _buffer!.Length)
        {
            var larger = BufferPool.Rent((Count + bytes.Length) * 2);
            Span.CopyTo(larger);
            BufferPool.Return(_buffer);
            _buffer = larger;
            _start = 0;
        }

        bytes.CopyTo(_buffer.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    public void Skip(int count)
    {
        _start += count;
        Count -= count;
        if (Count == 0)
        {
            Clear();
        }
    }

    /// <summary>Moves as much as fits to <paramref name="target"/>.</summary>
    public int Take(Span<byte> target)
    {
        var count = Math.Min(Count, target.Length);
        if (count > 0)
        {
            Span[..count].CopyTo(target);
            Skip(count);
        }

        return count;
    }

    public void Clear()
    {
        Count = 0;
        if (_buffer is { } buffer)
        {
            _buffer = null;
            BufferPool.Return(buffer);
        }
    }
}

namespace Weir.Transport.Framing;

/// <summary>
/// A frame's bytes in a rented buffer. Whoever receives a frame returns it, once; copies share the buffer.
/// </summary>
public readonly struct Frame
{
    private readonly byte[]? _buffer;
    private readonly int _available;

    internal Frame(byte[] buffer, int available, int length)
    {
        _buffer = buffer;
        _available = available;
        Length = length;
    }

    /// <summary>The whole frame's length, also when only its first part is here.</summary>
    public int Length { get; }

    /// <summary>Whether all of the frame is here.</summary>
    public bool IsWhole => _available == Length;

    /// <summary>The bytes that are here.</summary>
    public ReadOnlyMemory<byte> Memory => new(_buffer, 0, _available);

    /// <summary>The bytes that are here.</summary>
    public ReadOnlySpan<byte> Span => new(_buffer, 0, _available);

    /// <summary>The bytes that are here, for patching in place.</summary>
    public Memory<byte> Writable => new(_buffer, 0, _available);

    /// <summary>Rents a frame of <paramref name="length"/> unspecified bytes, to be written by the caller.</summary>
    public static Frame Rent(int length) => new(BufferPool.Rent(length), length, length);

    /// <summary>Gives the buffer back. Does nothing for <see langword="default"/>.</summary>
    public void Return()
    {
        if (_buffer is not null)
        {
            BufferPool.Return(_buffer);
        }
    }
}

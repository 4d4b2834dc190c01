using System.Buffers;

namespace Weir.Transport.Framing;

/// <summary>
/// Rented byte arrays, counted. Whoever rents returns, exactly once. Thread-safe.
/// </summary>
/// <remarks>
/// Debug builds remember every array that is out: returning one twice (which would hand the same bytes to two
/// clients) throws, and returned bytes are overwritten so that a late reader reads nonsense at once.
/// </remarks>
public static class BufferPool
{
    private static readonly StripedCounter _count = new();
    private static readonly StripedCounter _bytes = new();

#if DEBUG
    private static readonly Lock _gate = new();
    private static readonly HashSet<byte[]> _out = new(ReferenceEqualityComparer.Instance);
#endif

    /// <summary>Bytes of all arrays that are rented out.</summary>
    public static long OutstandingBytes => _bytes.Sum;

    /// <summary>Arrays that are rented out.</summary>
    public static long OutstandingCount => _count.Sum;

    /// <summary>Rents an array of at least <paramref name="length"/> bytes; what is in it is unspecified.</summary>
    public static byte[] Rent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        _count.Add(1);
        _bytes.Add(buffer.Length);
#if DEBUG
        lock (_gate)
        {
            _out.Add(buffer);
        }
#endif
        return buffer;
    }

    /// <summary>Takes back an array that <see cref="Rent"/> gave.</summary>
    public static void Return(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
#if DEBUG
        lock (_gate)
        {
            if (!_out.Remove(buffer) && buffer.Length > 0)
            {
                throw new InvalidOperationException(
                    "A buffer was returned that is not rented out: returned twice?"
                );
            }
        }

        buffer.AsSpan().Fill(0xDD);
#endif
        _count.Add(-1);
        _bytes.Add(-buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}

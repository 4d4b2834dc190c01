namespace Weir.Bench;

/// <summary>Latencies in buckets of about 3 %: 32 per power of two, from 1 µs to 17 minutes. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private readonly long[] _buckets = new long[(30 - SubBits + 1) << SubBits];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        _buckets[Bucket((long)latency.TotalMicroseconds)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] += other._buckets[i];
        }

        Count += other.Count;
    }

    /// <summary>Microseconds below which <paramref name="share"/> of the operations stayed; 0 without any.</summary>
    public long Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        for (var i = 0; i < _buckets.Length; i++)
        {
            rank -= _buckets[i];
            if (rank <= 0)
            {
                return Count == 0 ? 0 : Value(i);
            }
        }

        return 0;
    }

    private static int Bucket(long microseconds)
    {
        var value = (ulong)Math.Clamp(microseconds, 0, (1L << 30) - 1);
        var shift = Math.Max(0, 64 - System.Numerics.BitOperations.LeadingZeroCount(value) - SubBits - 1);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long Value(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return (long)(bucket - (shift << SubBits)) << shift;
    }
}

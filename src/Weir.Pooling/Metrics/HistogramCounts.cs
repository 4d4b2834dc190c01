namespace Weir.Pooling.Metrics;

/// <summary>
/// How many values fell into each bucket, and their sum. Thread-safe: threads count in stripes of their own, so that
/// event loops do not write to each other's cache lines. Counting allocates nothing.
/// </summary>
public sealed class HistogramCounts
{
    private const int Stripes = 8;

    /// <summary>Numbers in two cache lines, which a processor may fetch together.</summary>
    private const int Apart = 16;

    private readonly double[] _bounds;
    private readonly int _stride;

    /// <summary>Of each stripe: the buckets, and behind them the sum as a double's bits.</summary>
    private readonly long[] _numbers;

    /// <summary>Begins with nothing.</summary>
    /// <param name="bounds">The buckets' upper bounds, which belong to them, ascending; a last bucket is above all.</param>
    public HistogramCounts(IReadOnlyList<double> bounds)
    {
        _bounds = [.. bounds];
        _stride = _bounds.Length + 2 + Apart;
        _numbers = new long[(Stripes * _stride) + Apart];
    }

    /// <summary>The buckets' upper bounds; the last bucket is above all.</summary>
    public IReadOnlyList<double> Bounds => _bounds;

    /// <summary>One value more.</summary>
    public void Record(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        var first = FirstOf(Environment.CurrentManagedThreadId & (Stripes - 1));
        Interlocked.Increment(ref _numbers[first + bucket]);
        Add(ref _numbers[first + _bounds.Length + 1], value);
    }

    /// <summary>The count of each bucket, and the sum of all values.</summary>
    public (long[] Counts, double Sum) Read()
    {
        var counts = new long[_bounds.Length + 1];
        var sum = 0d;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            var first = FirstOf(stripe);
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += Volatile.Read(ref _numbers[first + i]);
            }

            sum += BitConverter.Int64BitsToDouble(Volatile.Read(ref _numbers[first + counts.Length]));
        }

        return (counts, sum);
    }

    private int FirstOf(int stripe) => Apart + (stripe * _stride);

    private static void Add(ref long bits, double value)
    {
        var seen = Volatile.Read(ref bits);
        while (true)
        {
            var sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value);
            var before = Interlocked.CompareExchange(ref bits, sum, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}

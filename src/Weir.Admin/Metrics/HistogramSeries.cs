namespace Weir.Admin.Metrics;

/// <summary>
/// Counts by bucket, and their sum. Threads count in stripes of their own, so that event loops do not write to each
/// other's cache lines; recording allocates nothing.
/// </summary>
internal sealed class HistogramSeries : Series
{
    private const int Stripes = 8;

    private readonly double[] _bounds;
    private readonly Stripe[] _stripes = new Stripe[Stripes];

    /// <param name="tags">The tags.</param>
    /// <param name="bounds">The buckets' upper bounds, which belong to them, ascending; a last one is above all.</param>
    public HistogramSeries(TagSet tags, double[] bounds)
        : base(tags)
    {
        _bounds = bounds;
        for (var i = 0; i < Stripes; i++)
        {
            _stripes[i] = new Stripe(bounds.Length + 1);
        }
    }

    public IReadOnlyList<double> Bounds => _bounds;

    public override void Record(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        var stripe = _stripes[Environment.CurrentManagedThreadId & (Stripes - 1)];
        Interlocked.Increment(ref stripe.Counts[bucket]);
        Add(ref stripe.Sum, value);
    }

    /// <summary>The counts, each of its own bucket, and the sum of all values.</summary>
    public (long[] Counts, double Sum) Read()
    {
        var counts = new long[_bounds.Length + 1];
        var sum = 0d;
        foreach (var stripe in _stripes)
        {
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += Volatile.Read(ref stripe.Counts[i]);
            }

            sum += Volatile.Read(ref stripe.Sum);
        }

        return (counts, sum);
    }

    private sealed class Stripe(int buckets)
    {
        public readonly long[] Counts = new long[buckets];
        public double Sum;
    }
}

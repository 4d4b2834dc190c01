namespace Weir.Admin.Metrics;

/// <summary>A histogram's counts at one moment. Immutable.</summary>
/// <param name="Bounds">The buckets' upper bounds; a last bucket is above all.</param>
/// <param name="Counts">The count of each bucket.</param>
internal sealed record HistogramReading(IReadOnlyList<double> Bounds, long[] Counts)
{
    public long Total => Counts.Sum();

    public HistogramReading Plus(HistogramReading other) =>
        this with
        {
            Counts = [.. Counts.Zip(other.Counts, (a, b) => a + b)],
        };

    /// <summary>What came since <paramref name="before"/>.</summary>
    public HistogramReading Since(HistogramReading? before) =>
        before is null ? this : this with { Counts = [.. Counts.Zip(before.Counts, (a, b) => a - b)] };

    /// <summary>
    /// The value that the share <paramref name="q"/> of all values is not above, taken as spread evenly over its
    /// bucket; <see langword="null"/>: there are none.
    /// </summary>
    public double? Quantile(double q)
    {
        var total = Total;
        if (total == 0)
        {
            return null;
        }

        var rank = q * total;
        long below = 0;
        for (var i = 0; i < Bounds.Count; i++)
        {
            if (below + Counts[i] >= rank && Counts[i] > 0)
            {
                var from = i == 0 ? 0 : Bounds[i - 1];
                return from + ((Bounds[i] - from) * (rank - below) / Counts[i]);
            }

            below += Counts[i];
        }

        return Bounds[^1];
    }
}

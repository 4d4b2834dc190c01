namespace Weir.Pooling.Metrics;

/// <summary>The durations that have the same tags. Thread-safe.</summary>
public sealed class DurationSeries
{
    private readonly DurationHistogram _histogram;
    private readonly KeyValuePair<string, object?>[] _tags;

    internal DurationSeries(DurationHistogram histogram, KeyValuePair<string, object?>[] tags)
    {
        _histogram = histogram;
        _tags = tags;
        Counts = new HistogramCounts(histogram.Bounds);
    }

    /// <summary>The tags.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>Seconds, while they are counted here.</summary>
    public HistogramCounts Counts { get; }

    /// <summary>One more. Allocates nothing.</summary>
    internal void Record(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        if (_histogram.IsCounted)
        {
            Counts.Record(seconds);
        }

        // Asks by itself whether anybody listens.
        _histogram.Instrument.Record(seconds, _tags);
    }
}

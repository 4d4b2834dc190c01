using System.Diagnostics.Metrics;

namespace Weir.Pooling.Metrics;

/// <summary>
/// A histogram of durations in seconds that counts where they happen, for readers that look now and then: a few adds for
/// each, without the search for tags that a meter's listener costs. Who listens to the meter hears of each one as well.
/// Thread-safe.
/// </summary>
public sealed class DurationHistogram
{
    private const int MostSeries = 1000;

    /// <summary>They suit an exchange in a local network and a full wait queue alike.</summary>
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries =
        [
            0.0001,
            0.00025,
            0.0005,
            0.001,
            0.0025,
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
        ],
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DurationSeries> _byTags = new(StringComparer.Ordinal);
    private volatile DurationSeries[] _series = [];
    private int _readers;

    internal DurationHistogram(Meter meter, string name, string description) =>
        Instrument = meter.CreateHistogram(name, "s", description, tags: null, Buckets);

    /// <summary>The instrument, for listeners of the meter.</summary>
    public Histogram<double> Instrument { get; }

    /// <summary>The buckets' upper bounds, in seconds.</summary>
    public IReadOnlyList<double> Bounds { get; } = Buckets.HistogramBucketBoundaries!;

    /// <summary>What was ever measured or may be; two never have the same tags.</summary>
    public IReadOnlyList<DurationSeries> Series => _series;

    /// <summary>Whether anybody wants durations, so that it is worth to look at the clock.</summary>
    internal bool IsOn => IsCounted || Instrument.Enabled;

    internal bool IsCounted => Volatile.Read(ref _readers) > 0;

    /// <summary>Somebody reads <see cref="Series"/>: from now on they count, until it is disposed.</summary>
    public IDisposable Count()
    {
        Interlocked.Increment(ref _readers);
        return new Reader(this);
    }

    /// <summary>
    /// The series of the tags, made when it is asked for the first time; ask once and keep it. Beyond a thousand, the rest is
    /// put together in one that says so.
    /// </summary>
    internal DurationSeries SeriesOf(KeyValuePair<string, object?>[] tags)
    {
        lock (_lock)
        {
            if (Find_NeedsLock(tags) is { } known)
            {
                return known;
            }

            if (_byTags.Count >= MostSeries)
            {
                tags = [new("otel_metric_overflow", "true")];
            }

            return Find_NeedsLock(tags) ?? Add_NeedsLock(tags);
        }
    }

    private DurationSeries? Find_NeedsLock(KeyValuePair<string, object?>[] tags) =>
        _byTags.GetValueOrDefault(KeyOf(tags));

    private DurationSeries Add_NeedsLock(KeyValuePair<string, object?>[] tags)
    {
        var series = new DurationSeries(this, tags);
        _byTags.Add(KeyOf(tags), series);
        _series = [.. _series, series];
        return series;
    }

    private static string KeyOf(KeyValuePair<string, object?>[] tags) =>
        string.Join('\n', tags.Select(tag => $"{tag.Key}\t{tag.Value}"));

    private sealed class Reader(DurationHistogram histogram) : IDisposable
    {
        private DurationHistogram? _histogram = histogram;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _histogram, null) is { } counted)
            {
                Interlocked.Decrement(ref counted._readers);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;

namespace Weir.Admin.Metrics;

/// <summary>One instrument and its series. Bounded; thread-safe.</summary>
internal sealed class InstrumentRecord
{
    private static readonly double[] DefaultBounds =
    [
        0,
        5,
        10,
        25,
        50,
        75,
        100,
        250,
        500,
        750,
        1000,
        2500,
        5000,
        7500,
        10000,
    ];

    private readonly ConcurrentDictionary<TagSet, Series> _series = new(TagSetComparer.Instance);
    private readonly ConcurrentDictionary<TagSet, Series>.AlternateLookup<
        ReadOnlySpan<KeyValuePair<string, object?>>
    > _byTags;
    private readonly Func<TagSet, Series> _create;
    private readonly DurationHistogram? _durations;
    private readonly int _mostSeries;
    private int _count;

    /// <param name="instrument">The instrument.</param>
    /// <param name="mostSeries">Series at a time; what comes beyond them goes into one.</param>
    /// <param name="durations">Where its values are counted as they happen; null: they are recorded here.</param>
    public InstrumentRecord(Instrument instrument, int mostSeries, DurationHistogram? durations = null)
    {
        Instrument = instrument;
        _durations = durations;
        _mostSeries = mostSeries;
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        IsHistogram = kind == typeof(Histogram<>);
        IsMonotonic = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        var isSum = kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>);
        var bounds = IsHistogram ? Bounds(instrument) : [];
        _create = IsHistogram
            ? tags => new HistogramSeries(tags, new HistogramCounts(bounds))
            : tags => new NumberSeries(tags, isSum);
    }

    public Instrument Instrument { get; }

    public bool IsHistogram { get; }

    /// <summary>Whether it only ever grows.</summary>
    public bool IsMonotonic { get; }

    /// <summary>The series that there are; of an instrument that is asked, those that answered the last time.</summary>
    public IEnumerable<Series> Series(long collection) =>
        _durations is not null
            ? Counted(_durations)
            : _series.Values.Where(s => !Instrument.IsObservable || s.Collection == collection);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long collection)
    {
        var series = _byTags.TryGetValue(tags, out var known) ? known : AddSeries(tags);
        if (Instrument.IsObservable)
        {
            series.Collection = collection;
        }

        series.Record(value);
    }

    /// <summary>Forgets series whose subject is gone: it did not answer the last time it was asked.</summary>
    public void Forget(long collection)
    {
        foreach (var (tags, series) in _series)
        {
            if (Instrument.IsObservable && series.Collection != collection && _series.TryRemove(tags, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    /// <summary>Those that anything has been counted in.</summary>
    private static IEnumerable<Series> Counted(DurationHistogram durations) =>
        durations
            .Series.Where(series => series.Counts.Read().Counts.Any(count => count > 0))
            .Select(series => new HistogramSeries(new TagSet([.. series.Tags]), series.Counts));

    private Series AddSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = Interlocked.Increment(ref _count) > _mostSeries ? TagSet.Overflow : new TagSet(tags);
        return _series.GetOrAdd(key, _create);
    }

    private static double[] Bounds(Instrument instrument) =>
        instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds }
            ? [.. bounds]
            : DefaultBounds;
}

using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;

namespace Weir.Pooling.Tests.Metrics;

public sealed class DurationHistogramTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly DurationHistogram _durations;

    public DurationHistogramTests() => _durations = new DurationHistogram(_meter, "wait", "A wait.");

    [Fact]
    public void Durations_count_in_their_buckets_while_somebody_reads()
    {
        var series = _durations.SeriesOf(Tags("a"));
        series.Record(TimeSpan.FromSeconds(1));
        Assert.False(_durations.IsOn);

        using (_durations.Count())
        {
            Assert.True(_durations.IsOn);
            Assert.False(_durations.Instrument.Enabled);
            series.Record(TimeSpan.FromSeconds(0.0001));
            series.Record(TimeSpan.FromSeconds(0.3));
            series.Record(TimeSpan.FromSeconds(31));
        }

        series.Record(TimeSpan.FromSeconds(1));
        Assert.False(_durations.IsOn);
        var (counts, sum) = series.Counts.Read();
        Assert.Equal(3, counts.Sum());
        Assert.Equal(
            [1L, 1, 1],
            [
                counts[0],
                counts[series.Counts.Bounds.Select((b, i) => (b, i)).First(x => x.b == 0.5).i],
                counts[^1],
            ]
        );
        Assert.Equal(31.3001, sum, 6);
    }

    [Fact]
    public void Who_reads_twice_may_stop_once()
    {
        using var first = _durations.Count();
        var second = _durations.Count();
        second.Dispose();
        second.Dispose();

        Assert.True(_durations.IsOn);
    }

    [Fact]
    public void The_same_tags_are_the_same_series()
    {
        Assert.Same(_durations.SeriesOf(Tags("a")), _durations.SeriesOf(Tags("a")));
        Assert.NotSame(_durations.SeriesOf(Tags("a")), _durations.SeriesOf(Tags("b")));
        Assert.Equal(2, _durations.Series.Count);
    }

    [Fact]
    public void Series_beyond_the_most_are_put_together_in_one_that_says_so()
    {
        for (var i = 0; i < 1_200; i++)
        {
            _durations.SeriesOf(Tags($"{i}"));
        }

        Assert.Equal(1_001, _durations.Series.Count);
        Assert.Equal("otel_metric_overflow", _durations.Series[^1].Tags[0].Key);
        Assert.Same(_durations.Series[^1], _durations.SeriesOf(Tags("1199")));
        Assert.Same(_durations.Series[5], _durations.SeriesOf(Tags("5")));
    }

    [Fact]
    public void Who_listens_to_the_meter_hears_of_each_with_its_tags()
    {
        var heard = new List<(double, object?)>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>(
            (_, value, tags, _) => heard.Add((value, tags[0].Value))
        );
        listener.EnableMeasurementEvents(_durations.Instrument);
        var series = _durations.SeriesOf(Tags("a"));

        series.Record(TimeSpan.FromSeconds(2));

        Assert.True(_durations.IsOn);
        Assert.Equal([(2d, "a")], heard);
        Assert.Equal(0, series.Counts.Read().Counts.Sum());
    }

    [Fact]
    public void Many_threads_lose_nothing()
    {
        using var counting = _durations.Count();
        var series = _durations.SeriesOf(Tags("a"));
        const int Threads = 12;
        const int Each = 20_000;
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(_ => new Thread(() =>
                {
                    for (var i = 0; i < Each; i++)
                    {
                        series.Record(TimeSpan.FromSeconds(0.5));
                    }
                })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        var (counts, sum) = series.Counts.Read();
        Assert.Equal(Threads * Each, counts.Sum());
        Assert.Equal(Threads * Each * 0.5, sum);
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(string pool) => [new("pool", pool)];
}

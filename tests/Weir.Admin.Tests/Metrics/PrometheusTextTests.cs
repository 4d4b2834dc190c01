using System.Diagnostics.Metrics;
using Weir.Admin.Metrics;
using Weir.Proxy.Metrics;

namespace Weir.Admin.Tests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("test");

    [Fact]
    public void A_counter_is_a_total_with_its_unit_and_its_help()
    {
        using var collector = Listen();
        var counter = _meter.CreateCounter<long>("weir.bytes.read", "By", "Bytes,\nread.");
        counter.Add(3, new KeyValuePair<string, object?>("to.whom", "a \"b\" \\ c"));
        counter.Add(4, new KeyValuePair<string, object?>("to.whom", "a \"b\" \\ c"));

        Assert.Equal(
            """
            # HELP weir_bytes_read_bytes_total Bytes,\nread.
            # TYPE weir_bytes_read_bytes_total counter
            weir_bytes_read_bytes_total{to_whom="a \"b\" \\ c"} 7

            """,
            collector.ToPrometheusText()
        );
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_of_its_own_bounds_a_sum_and_a_count()
    {
        using var collector = Listen();
        var histogram = _meter.CreateHistogram(
            "wait",
            "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }
        );
        foreach (var value in (double[])[0.25, 0.5, 0.75, 5])
        {
            histogram.Record(value);
        }

        Assert.Equal(
            """
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 2
            wait_seconds_bucket{le="1"} 3
            wait_seconds_bucket{le="+Inf"} 4
            wait_seconds_sum 6.5
            wait_seconds_count 4

            """,
            collector.ToPrometheusText()
        );
    }

    [Fact]
    public void What_no_longer_answers_is_no_longer_told()
    {
        using var collector = Listen();
        List<Measurement<int>> answers = [new(1, new KeyValuePair<string, object?>("pool", "a"))];
        _meter.CreateObservableGauge("open", () => answers);

        Assert.Contains("open{pool=\"a\"} 1", collector.ToPrometheusText(), StringComparison.Ordinal);
        answers.Clear();
        Assert.DoesNotContain("open", collector.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_beyond_the_most_are_put_together_in_one_that_says_so()
    {
        using var collector = new MetricCollector([_meter], [], mostSeries: 2);
        var counter = _meter.CreateCounter<int>("seen");
        for (var i = 0; i < 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("who", i));
        }

        Assert.Equal(
            """
            # TYPE seen_total counter
            seen_total{otel_metric_overflow="true"} 8
            seen_total{who="0"} 1
            seen_total{who="1"} 1

            """,
            collector.ToPrometheusText()
        );
    }

    [Fact]
    public void Recording_allocates_nothing_once_the_series_is_there()
    {
        using var collector = Listen();
        var histogram = _meter.CreateHistogram<double>("wait", "s");
        KeyValuePair<string, object?>[] tags = [new("pool", "main/db:27017"), new("upstream", "main")];
        for (var i = 0; i < 100; i++)
        {
            histogram.Record(0.001, tags);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            histogram.Record(0.001, tags);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Durations_that_count_by_themselves_are_read_and_not_listened_to()
    {
        using var metrics = new ProxyMetrics();
        using (
            var collector = new MetricCollector([metrics.Meter, metrics.Pools.Meter], [], metrics.Durations)
        )
        {
            Assert.All(metrics.Durations, durations => Assert.False(durations.Instrument.Enabled));
            Assert.Null(collector.ReadHistogram("weir.exchange.duration"));
            Assert.DoesNotContain(
                "weir_exchange_duration",
                collector.ToPrometheusText(),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Quantiles_lie_within_their_bucket()
    {
        var reading = new HistogramReading([1, 2, 4], [0, 10, 0, 0]);

        Assert.Equal(1.5, reading.Quantile(0.5));
        Assert.Equal(2, reading.Quantile(1));
        Assert.Null(reading.Since(reading).Quantile(0.5));
        Assert.Equal(4, new HistogramReading([1, 2, 4], [0, 0, 0, 1]).Quantile(0.99));
    }

    public void Dispose() => _meter.Dispose();

    private MetricCollector Listen() => new([_meter], []);
}

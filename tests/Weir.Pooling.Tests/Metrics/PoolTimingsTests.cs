using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Pooling.Tests.Pools;

namespace Weir.Pooling.Tests.Metrics;

public sealed class PoolTimingsTests : IDisposable
{
    private readonly PoolingMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly List<string> _recorded = [];

    public PoolTimingsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _metrics.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) =>
                _recorded.Add(
                    FormattableString.Invariant($"{instrument.Name} {value} {tags[0].Value} {tags[1].Value}")
                )
        );
        _listener.Start();
    }

    [Fact]
    public async Task Waits_and_uses_and_creations_are_recorded_in_seconds_under_the_pools_name()
    {
        var bench = new PoolBench(
            PoolOptions.Specification with
            {
                MaxPoolSize = 1,
            },
            opensAtOnce: false,
            metrics: _metrics
        );
        bench.Pool.Ready();

        var first = bench.Pool.CheckOutAsync(cancellationToken: TestContext.Current.CancellationToken);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        bench.Establish(1);
        var connection = await first;
        bench.Clock.Advance(TimeSpan.FromSeconds(3));
        connection.CheckIn();
        (await bench.Pool.CheckOutAsync(cancellationToken: TestContext.Current.CancellationToken)).CheckIn();

        Assert.Equal(
            [
                "db.client.connection.create_time 2 main/stub:27017 main",
                "db.client.connection.wait_time 2 main/stub:27017 main",
                "db.client.connection.use_time 3 main/stub:27017 main",
                "db.client.connection.wait_time 0 main/stub:27017 main",
                "db.client.connection.use_time 0 main/stub:27017 main",
            ],
            _recorded
        );
    }

    [Fact]
    public async Task They_are_counted_where_nobody_listens()
    {
        _listener.Dispose();
        List<IDisposable> counting = [.. _metrics.Durations.Select(durations => durations.Count())];
        var bench = new PoolBench(PoolBench.Small, metrics: _metrics);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        bench.Pool.Ready();

        var connection = await bench.Pool.CheckOutAsync(
            cancellationToken: TestContext.Current.CancellationToken
        );
        bench.Clock.Advance(TimeSpan.FromSeconds(3));
        connection.CheckIn();

        Assert.All(
            _metrics.Durations,
            durations => Assert.Equal(1, Assert.Single(durations.Series).Counts.Read().Counts.Sum())
        );
        Assert.Equal(3, _metrics.UseTime.Series[0].Counts.Read().Sum);
        counting.ForEach(each => each.Dispose());
    }

    [Fact]
    public async Task Nothing_is_recorded_when_nobody_listens()
    {
        _listener.Dispose();
        var bench = new PoolBench(PoolBench.Small, metrics: _metrics);
        bench.Pool.Ready();

        var connection = await bench.Pool.CheckOutAsync(
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(0, connection.CheckedOutAt);
        connection.CheckIn();
        Assert.Empty(_recorded);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }
}

using System.Diagnostics.Metrics;
using Weir.Pooling.Destinations;

namespace Weir.Destinations.Tests;

public sealed class StatisticsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_tells_how_a_destination_stands()
    {
        await using var stage = await Stage.StartAsync();
        var before = Assert.Single(stage.Destinations.GetStatistics());
        var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await lease.RunCommandAsync("app", Stage.Ping, Token);

        var open = Assert.Single(stage.Destinations.GetStatistics());
        await lease.DisposeAsync();
        await stage.Destinations.CloseAsync("crm", Token);
        var closed = Assert.Single(stage.Destinations.GetStatistics());

        Assert.Equal(("crm", DestinationState.Idle, 0), (before.Name, before.State, before.Leases));
        Assert.Equal((DestinationState.Open, 1, 1L), (open.State, open.Leases, open.Opened));
        Assert.Equal(stage.Clock.GetUtcNow(), open.LastHeard);
        Assert.NotEqual(0, open.Available);
        Assert.Null(open.LastError);
        Assert.Equal((DestinationState.Idle, 0, 0), (closed.State, closed.Leases, closed.Available));
        Assert.Equal(closed.Created, closed.Closed);
        Assert.True(closed.Created >= open.Created);
        Assert.Null(closed.Topology);
    }

    [Fact]
    public async Task The_same_is_measured()
    {
        await using var stage = await Stage.StartAsync();
        await using var one = await stage.Destinations.LeaseAsync("crm", Token);
        await using var two = await stage.Destinations.LeaseAsync("crm", Token);
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == stage.Destinations.Meter)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                Assert.All(tags.ToArray(), tag => Assert.Equal("crm", tag.Value));
                seen[instrument.Name] = value;
            }
        );

        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["weir.destination.leases"]);
        Assert.Equal(1, seen["weir.destination.up"]);
        Assert.Equal(1, seen["weir.destination.opened"]);
        Assert.Equal(0, seen["weir.destination.errors"]);
    }
}

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
    public async Task What_is_being_opened_is_seen_waiting_at_the_cap()
    {
        await using var stage = await Stage.StartAsync(options: uri =>
            new()
            {
                MaxConnections = 1,
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["a"] = new() { ConnectionString = $"{uri}&minPoolSize=0" },
                    ["b"] = new() { ConnectionString = $"{uri}&minPoolSize=0" },
                },
            }
        );
        await using var busy = await stage.Destinations.LeaseAsync("a", Token);
        stage.Block();
        var running = busy.RunCommandAsync("app", new("count", "people"), Token).AsTask();
        await stage.UntilBlockedAsync(1);
        var opening = stage.Destinations.LeaseAsync("b", Token).AsTask();
        await Stage.UntilAsync(() => stage.Destinations.WaitingPools == 1, "b waits for a connection");

        var waiting = stage.Destinations.GetStatistics()[1];
        stage.Unblock();
        await running;
        await using var lease = await opening;
        var open = stage.Destinations.GetStatistics()[1];

        Assert.Equal((DestinationState.Opening, 1, 0L), (waiting.State, waiting.Waiting, waiting.Created));
        Assert.NotNull(waiting.Topology);
        Assert.Equal((DestinationState.Open, 0, 1L), (open.State, open.Waiting, open.Created));
    }

    [Fact]
    public async Task Connections_of_an_attempt_that_came_to_nothing_are_counted()
    {
        await using var stage = await Stage.StartAsync();
        stage.Block("ping");
        using var impatience = new CancellationTokenSource();
        var opening = stage.Destinations.LeaseAsync("crm", impatience.Token).AsTask();
        await stage.UntilBlockedAsync(1);
        Assert.NotEqual(0, Assert.Single(stage.Destinations.GetStatistics()).Created);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);

        await Stage.UntilAsync(
            () =>
                Assert.Single(stage.Destinations.GetStatistics()) is { Created: > 0 } told
                && told.Closed == told.Created,
            "every connection is counted as closed"
        );
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

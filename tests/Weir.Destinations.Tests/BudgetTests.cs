using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Pooling.Events;
using Weir.Protocol.Bson;

namespace Weir.Destinations.Tests;

public sealed class BudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BsonDocument Count => new("count", "people");

    [Fact]
    public async Task However_many_destinations_there_are_they_never_have_more_connections_together()
    {
        var events = new Counter();
        await using var stage = await StartAsync(10, cap: 4, events);

        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(i =>
                    Task.Run(
                        async () =>
                        {
                            await using var lease = await stage.Destinations.LeaseAsync($"d{i % 10}", Token);
                            await lease.RunCommandAsync("app", Stage.Ping, Token);
                        },
                        Token
                    )
                )
        );

        Assert.InRange(events.Peak, 1, 4);
        Assert.InRange(stage.Destinations.OpenConnections, 0, 4);
        Assert.NotEqual(0, stage.Destinations.GetStatistics().Sum(d => d.Evicted));
    }

    [Fact]
    public async Task At_the_limit_the_destination_that_was_used_least_recently_makes_room()
    {
        await using var stage = await StartAsync(4, cap: 3);
        foreach (var name in (string[])["d0", "d1", "d2"])
        {
            await PingAsync(stage, name);
            stage.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await PingAsync(stage, "d0");

        await PingAsync(stage, "d3");

        await Stage.UntilAsync(() => stage.Destinations.OpenConnections == 3, "the closed one is gone");
        Assert.Equal([0, 1, 0, 0], stage.Destinations.GetStatistics().Select(d => d.Evicted));
        Assert.Equal([1, 0, 1, 1], stage.Destinations.GetStatistics().Select(d => d.Available));
    }

    [Fact]
    public async Task A_destination_that_waits_is_served_by_one_that_is_always_busy()
    {
        await using var stage = await StartAsync(2, cap: 2);
        await using var busy = await stage.Destinations.LeaseAsync("d0", Token);
        stage.Block();
        using var enough = new CancellationTokenSource();
        var users = Enumerable.Range(0, 10).Select(_ => Task.Run(UseAsync, Token)).ToArray();
        await stage.UntilBlockedAsync(2);
        var waiting = stage.Destinations.LeaseAsync("d1", Token).AsTask();
        // The busy one would have more connections than there are, and waits too, before the other.
        await Stage.UntilAsync(() => stage.Destinations.WaitingPools == 2, "both wait for a connection");

        // Others wait for these connections too, and have for longer: but theirs has had its time.
        stage.Clock.Advance(TimeSpan.FromMilliseconds(100));
        stage.Unblock();
        await using var lease = await waiting.WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(1, stage.Destinations.GetStatistics()[0].Evicted);
        await enough.CancelAsync();
        await Task.WhenAll(users);

        async Task UseAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                await busy.RunCommandAsync("app", Count, Token);
            }
        }
    }

    [Fact]
    public async Task Who_gives_up_opening_waits_for_nothing_any_more()
    {
        await using var stage = await StartAsync(2, cap: 1);
        await using var busy = await stage.Destinations.LeaseAsync("d0", Token);
        stage.Block();
        var running = busy.RunCommandAsync("app", Count, Token).AsTask();
        await stage.UntilBlockedAsync(1);
        var before = stage.Connections;
        using var impatience = new CancellationTokenSource();
        var impatient = stage.Destinations.LeaseAsync("d1", impatience.Token).AsTask();
        await Stage.UntilAsync(() => stage.Destinations.WaitingPools == 1, "d1 waits");

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        // Not even for a connection on which to tell that its sessions are over.
        await Stage.UntilAsync(() => stage.Connections == before, "nothing of d1 is left");
        Assert.Equal(0, stage.Destinations.WaitingPools);
        stage.Unblock();
        await running;
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_its_turn_to_the_next()
    {
        await using var stage = await StartAsync(3, cap: 1);
        await using var busy = await stage.Destinations.LeaseAsync("d0", Token);
        stage.Block();
        var running = busy.RunCommandAsync("app", Count, Token).AsTask();
        await stage.UntilBlockedAsync(1);
        using var impatience = new CancellationTokenSource();
        var impatient = stage.Destinations.LeaseAsync("d1", impatience.Token).AsTask();
        await Stage.UntilAsync(() => stage.Destinations.WaitingPools == 1, "d1 waits");
        var patient = stage.Destinations.LeaseAsync("d2", Token).AsTask();
        await Stage.UntilAsync(() => stage.Destinations.WaitingPools == 2, "d2 waits");

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        stage.Unblock();

        await running;
        await using var lease = await patient;
        Assert.InRange(stage.Destinations.OpenConnections, 0, 1);
    }

    private static async Task PingAsync(Stage stage, string name)
    {
        await using var lease = await stage.Destinations.LeaseAsync(name, Token);
        await lease.RunCommandAsync("app", Stage.Ping, Token);
    }

    private static Task<Stage> StartAsync(int destinations, int cap, IPoolEventSink? events = null) =>
        Stage.StartAsync(options: uri =>
            new()
            {
                MaxConnections = cap,
                Defaults = new DeploymentOptions { PoolEvents = events },
                Destinations = Enumerable
                    .Range(0, destinations)
                    .ToDictionary(
                        i => $"d{i}",
                        _ => new DestinationOptions { ConnectionString = $"{uri}&minPoolSize=0" }
                    ),
            }
        );

    /// <summary>Counts connections from when they are created until they have been taken out of their pool.</summary>
    private sealed class Counter : IPoolEventSink
    {
        private int _open;
        private int _peak;

        public int Peak => Volatile.Read(ref _peak);

        public void OnPoolEvent(in PoolEvent poolEvent)
        {
            if (poolEvent.Kind == PoolEventKind.ConnectionReady)
            {
                var open = Interlocked.Increment(ref _open);
                int peak;
                while (
                    (peak = Volatile.Read(ref _peak)) < open
                    && Interlocked.CompareExchange(ref _peak, open, peak) != peak
                ) { }
            }
            else if (poolEvent.Kind == PoolEventKind.ConnectionClosed)
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }
}

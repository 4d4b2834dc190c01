using Weir.Chaos.Tests.Wire;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Testing;

namespace Weir.Chaos.Tests;

/// <summary>More requests than connections: what waits, what is refused, and what that is called.</summary>
public sealed class WaitQueueTests
{
    private static readonly TimeSpan UntilTold = TimeSpan.FromMinutes(1);

    private static readonly BsonDocument Blocked = new()
    {
        ["failCommands"] = new BsonArray { "find" },
        ["blockConnection"] = true,
        ["blockTimeMS"] = (int)UntilTold.TotalMilliseconds,
    };

    [Fact]
    public async Task A_full_wait_queue_refuses_with_labels_on_which_drivers_back_off()
    {
        var serverTime = new ManualClock();
        await using Stage stage = await Stage.StartAsync(
            pool: new PoolOptions { MaxWaiting = 3 },
            serverTime: serverTime
        );
        await stage.FailCommandAsync(Blocked, "alwaysOn");
        List<WireClient> busy = await BusyAsync(stage, Stage.MaxPoolSize + 3);

        await using WireClient client = await stage.ConnectAsync();
        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(462, error["code"].ToInt32());
        Assert.Equal(
            ["RetryableError", "SystemOverloadedError"],
            error["errorLabels"].AsArray.Select(label => label.AsString).Order()
        );
        Assert.Contains("127.0.0.1:", error["errmsg"].AsString);
        // Those who were there first are answered, and so is the one who was refused when it tries again.
        await stage.FailCommandAsync(new(), "off");
        serverTime.Advance(UntilTold);
        foreach (WireClient waiting in busy)
        {
            Assert.Equal(1.0, (await waiting.ReadAsync(waiting.LastRequestId))!["ok"].ToDouble());
            await waiting.DisposeAsync();
        }
        Assert.Equal(1.0, (await client.RunAsync(new() { ["ping"] = 1 }))["ok"].ToDouble());
        Assert.True(stage.Sandbox.Primary!.Connections.Peak <= Stage.MaxPoolSize + Stage.Monitors + 1);
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_is_told_with_the_pool_as_it_stands()
    {
        await using Stage stage = await Stage.StartAsync(
            options: "waitQueueTimeoutMS=200",
            serverTime: new ManualClock()
        );
        await stage.FailCommandAsync(Blocked, "alwaysOn");
        List<WireClient> busy = await BusyAsync(stage, Stage.MaxPoolSize);

        await using WireClient client = await stage.ConnectAsync();
        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(373, error["code"].ToInt32());
        Assert.Contains("127.0.0.1:", error["errmsg"].AsString);
        Assert.Contains("maxPoolSize", error["errmsg"].AsString);
        foreach (WireClient waiting in busy)
            await waiting.DisposeAsync();
    }

    /// <summary>
    /// Clients whose requests the server does not answer yet: one after the other, because those that come while
    /// connections are still opened wait as well.
    /// </summary>
    private static async Task<List<WireClient>> BusyAsync(Stage stage, int count)
    {
        List<WireClient> busy = [];
        for (int i = 1; i <= count; i++)
        {
            WireClient client = await stage.ConnectAsync();
            await client.SendAsync(new() { ["find"] = "c" });
            busy.Add(client);
            int inUse = Math.Min(i, Stage.MaxPoolSize);
            int waiting = i - inUse;
            await Eventually.HoldsAsync(
                () =>
                    stage.PoolOf(stage.Sandbox.Primary!) is { } pool
                    && pool.InUse == inUse
                    && pool.Waiting == waiting,
                () => $"{inUse} are busy, {waiting} wait: {stage.PoolOf(stage.Sandbox.Primary!)}"
            );
        }
        return busy;
    }
}

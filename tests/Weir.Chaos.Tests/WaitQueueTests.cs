using Weir.Chaos.Tests.Wire;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests;

/// <summary>More requests than connections: what waits, what is refused, and what that is called.</summary>
public sealed class WaitQueueTests
{
    private static readonly BsonDocument Blocked = new()
    {
        ["failCommands"] = new BsonArray { "find" },
        ["blockConnection"] = true,
        ["blockTimeMS"] = 1_500,
    };

    [Fact]
    public async Task A_full_wait_queue_refuses_with_labels_on_which_drivers_back_off()
    {
        await using Stage stage = await Stage.StartAsync(pool: new PoolOptions { MaxWaiting = 3 });
        await stage.FailCommandAsync(Blocked, "alwaysOn");
        List<WireClient> busy = [];
        for (int i = 0; i < Stage.MaxPoolSize + 3; i++)
        {
            busy.Add(await stage.ConnectAsync());
            await busy[i].SendAsync(new() { ["find"] = "c" });
        }
        await Eventually.HoldsAsync(
            () => stage.PoolOf(stage.Sandbox.Primary!) is { InUse: Stage.MaxPoolSize, Waiting: 3 },
            () => $"the queue is full: {stage.PoolOf(stage.Sandbox.Primary!)}"
        );

        await using WireClient client = await stage.ConnectAsync();
        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(462, error["code"].ToInt32());
        Assert.Equal(
            ["RetryableError", "SystemOverloadedError"],
            error["errorLabels"].AsArray.Select(label => label.AsString).Order()
        );
        Assert.Contains("127.0.0.1:", error["errmsg"].AsString);
        // Those who were there first are answered, and so is the one who was refused when it tries again.
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
        await using Stage stage = await Stage.StartAsync(options: "waitQueueTimeoutMS=200");
        await stage.FailCommandAsync(Blocked, "alwaysOn");
        List<WireClient> busy = [];
        for (int i = 0; i < Stage.MaxPoolSize; i++)
        {
            busy.Add(await stage.ConnectAsync());
            await busy[i].SendAsync(new() { ["find"] = "c" });
        }
        await Eventually.HoldsAsync(
            () => stage.PoolOf(stage.Sandbox.Primary!).InUse == Stage.MaxPoolSize,
            "every connection is in use"
        );

        await using WireClient client = await stage.ConnectAsync();
        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(373, error["code"].ToInt32());
        Assert.Contains("127.0.0.1:", error["errmsg"].AsString);
        Assert.Contains("maxPoolSize", error["errmsg"].AsString);
        foreach (WireClient waiting in busy)
            await waiting.DisposeAsync();
    }
}

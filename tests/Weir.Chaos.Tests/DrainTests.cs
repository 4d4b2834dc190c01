using Weir.Chaos.Tests.Chaos;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Chaos.Tests;

/// <summary>The end of a Weir that is at work.</summary>
[Collection(nameof(Alone))]
public sealed class DrainTests
{
    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Under_load_every_request_is_answered_or_its_client_closed_and_no_write_is_lost(
        int members
    )
    {
        await using Stage stage = await Stage.StartAsync(members);
        var ledger = new Ledger(seed: 1);
        Task[] clients =
        [
            .. Enumerable
                .Range(0, 100)
                .Select(n => stage.Clients.RunAsync(() => WriteUntilClosedAsync(stage, n, ledger))),
        ];
        await Eventually.HoldsAsync(() => ledger.Acknowledged > 300, "the clients work");

        long started = TimeProvider.System.GetTimestamp();
        await stage.Proxy.DrainAsync(Plenty);

        Assert.True(TimeProvider.System.GetElapsedTime(started) < Plenty, "it ended before its deadline");
        await Task.WhenAll(clients).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        await AllConnectionsEndAsync(stage);
        Assert.Equal(0, stage.Proxy.Statistics.Clients);
        Assert.Equal(0, stage.Proxy.Statistics.Abandoned);
        await ledger.VerifyAsync(stage);
        // In order: nothing was cut off, so every write that was made was also acknowledged.
        Assert.Equal(0, ledger.Unknown);
    }

    [Fact]
    public async Task Work_that_outlasts_the_deadline_is_cut_off_at_the_server_too()
    {
        await using Stage stage = await Stage.StartAsync();
        await stage.FailCommandAsync(
            new()
            {
                ["failCommands"] = new BsonArray { "find" },
                ["blockConnection"] = true,
                ["blockTimeMS"] = 60_000,
            },
            "alwaysOn"
        );
        List<WireClient> clients = [];
        for (int i = 0; i < 30; i++)
        {
            clients.Add(await stage.ConnectAsync());
            await clients[i].SendAsync(new() { ["find"] = "c" });
        }
        await Eventually.HoldsAsync(
            () => stage.PoolOf(stage.Sandbox.Primary!) is { InUse: Stage.MaxPoolSize, Waiting: 25 },
            "the pool is busy"
        );

        await EndsSoonAsync(stage);

        foreach (WireClient client in clients)
        {
            Assert.Null(await client.ReadMessageAsync());
            await client.DisposeAsync();
        }
        await AllConnectionsEndAsync(stage);
    }

    [Fact]
    public async Task Requests_that_wait_for_a_server_that_is_not_there_do_not_hold_it_up()
    {
        await using var upstream = new ScriptedUpstream((_, _, _) => Task.CompletedTask, () => false);
        await using Stage stage = await Stage.StartBeforeAsync(
            upstream.ConnectionString + "&serverSelectionTimeoutMS=60000"
        );
        List<WireClient> clients = [];
        for (int i = 0; i < 10; i++)
        {
            clients.Add(await stage.ConnectAsync());
            await clients[i].SendAsync(new() { ["find"] = "c" });
        }

        await EndsSoonAsync(stage);

        foreach (WireClient client in clients)
            await client.DisposeAsync();
        await Eventually.HoldsAsync(() => upstream.Open == 0, "every connection is closed");
    }

    [Theory]
    [InlineData("find")]
    [InlineData("killCursors")]
    public async Task A_server_that_hangs_does_not_hold_it_up(string command)
    {
        await using var upstream = new ScriptedUpstream(
            async (channel, id, asked) =>
            {
                if (asked[0].Name == "open")
                    await channel.SendAsync(
                        Messages.Reply(
                            new()
                            {
                                ["cursor"] = new BsonDocument
                                {
                                    ["id"] = 99L,
                                    ["ns"] = "app.c",
                                    ["firstBatch"] = new BsonArray(),
                                },
                                ["ok"] = 1.0,
                            },
                            id
                        )
                    );
            }
        );
        await using Stage stage = await Stage.StartBeforeAsync(upstream.ConnectionString + "&maxPoolSize=2");
        await using WireClient client = await stage.ConnectAsync();
        BsonValue cursor = (await client.RunAsync(new() { ["open"] = 1 }))["cursor"].AsDocument["id"];
        await client.SendAsync(
            new()
            {
                [command] = "c",
                ["cursors"] = new BsonArray { cursor },
            }
        );
        await Eventually.HoldsAsync(
            () => stage.Proxy.Deployments["default"].Servers[0].Pool.Statistics.InUse == 1,
            "the server has the command"
        );

        await EndsSoonAsync(stage);

        await Eventually.HoldsAsync(() => upstream.Open == 0, "every connection is closed");
    }

    private static async Task EndsSoonAsync(Stage stage)
    {
        // The deadline, and the clean-up's own time, and a loaded machine's.
        await stage.Proxy.DrainAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(Eventually.Patience);
        Assert.Equal(0, stage.Proxy.Statistics.Clients);
    }

    private static Task AllConnectionsEndAsync(Stage stage) =>
        Eventually.HoldsAsync(
            () => stage.Sandbox.Members.All(member => member.Connections.Current == 0),
            () =>
                "every connection is closed: "
                + string.Join(
                    "; ",
                    stage.Sandbox.Members.SelectMany(m =>
                        m.Connections.ByAppName.Select(a => $"{a.Key}: {a.Value}")
                    )
                )
        );

    private static async Task WriteUntilClosedAsync(Stage stage, int number, Ledger ledger)
    {
        await using WireClient client = await stage.ConnectAsync();
        for (int i = 0; ; i++)
        {
            string token = $"{number}/{i}";
            BsonDocument? reply = await client.TryRunAsync(Ledger.Insert(token, withId: true));
            if (reply is null)
            {
                // Sent to a Weir that was closing it: read by nobody, so not made. VerifyAsync looks.
                ledger.NotAcknowledged(token);
                return;
            }
            if (reply["ok"].ToDouble() == 1)
                ledger.Acknowledge(token, reply);
            else
                ledger.NotAcknowledged(token);
        }
    }
}

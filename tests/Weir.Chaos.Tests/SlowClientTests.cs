using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Sandbox;

namespace Weir.Chaos.Tests;

/// <summary>Clients that take their time, to send or to read, cost nobody else anything that runs out.</summary>
public sealed class SlowClientTests
{
    /// <summary>Long enough that a loaded machine does not take those who do read for some who don't.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_request_that_comes_a_byte_at_a_time_holds_no_server_connection()
    {
        await using Stage stage = await Stage.StartAsync();
        await using WireClient client = await stage.ConnectAsync();
        SandboxMember server = stage.Sandbox.Primary!;
        await client.RunAsync(new() { ["ping"] = 1 });

        byte[] ping = client.Message(new() { ["ping"] = 1 });
        for (int i = 0; i < ping.Length; i++)
        {
            Assert.Equal(0, stage.PoolOf(server).InUse);
            await client.SendBytesAsync(ping.AsMemory(i, 1));
        }

        Assert.Equal(1.0, (await client.ReadAsync(client.LastRequestId))!["ok"].ToDouble());
    }

    [Fact]
    public async Task Large_requests_that_stop_coming_give_back_their_bytes()
    {
        await using Stage stage = await Stage.StartAsync(
            limits: new ProxyLimits
            {
                BufferedBytes = 50_000_000,
                StallTimeout = Soon,
                BudgetTimeout = Never,
            }
        );
        await using WireClient stalled = await stage.ConnectAsync();
        await stalled.SendBytesAsync(Messages.Header(45_000_000, rest: new byte[100_000]));
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics.BufferedBytes >= 45_000_000,
            "the bytes were reserved"
        );

        await using WireClient client = await stage.ConnectAsync();
        BsonDocument reply = await client.RunAsync(Insert("large", 1, 10_000_000));

        Assert.Equal(1, reply["n"].ToInt32());
        Assert.Null(await stalled.ReadMessageAsync());
        Assert.Contains("stopped", Assert.Single(stage.Warnings));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    [InlineData(10_000_000)]
    public async Task A_client_that_never_reads_its_replies_is_closed_and_leaves_nothing(int size)
    {
        await using Stage stage = await Stage.StartAsync(limits: new ProxyLimits { StallTimeout = Soon });
        await using Bystander bystander = await Bystander.StartAsync(stage);
        await using WireClient client = await stage.ConnectAsync();
        await client.RunAsync(Insert("large", 1, size));

        // More than the kernel's own buffers take.
        for (int sent = 0; sent < 30_000_000; sent += size)
            await client.SendAsync(new() { ["find"] = "large" });
        await Eventually.HoldsAsync(() => stage.Warnings.Count > 0, "the client was closed");

        Assert.Single(stage.Warnings);
        await bystander.GoesOnAsync();
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics is { Clients: 1, BufferedBytes: 0 },
            () => $"nothing of it is left: {stage.Proxy.Statistics}"
        );
        await bystander.DisposeAsync();
        Assert.Equal(0, stage.PoolOf(stage.Sandbox.Primary!).InUse);
    }

    [Fact]
    public async Task Clients_that_never_read_hold_no_server_connections()
    {
        await using Stage stage = await Stage.StartAsync(limits: new ProxyLimits { StallTimeout = Never });
        await using Bystander bystander = await Bystander.StartAsync(stage);
        List<WireClient> clients = [];
        for (int i = 0; i < Stage.MaxPoolSize; i++)
            clients.Add(await stage.ConnectAsync());
        await clients[0].RunAsync(Insert("large", 1, 10_000_000));

        foreach (WireClient client in clients)
            await client.SendAsync(new() { ["find"] = "large" });

        await Eventually.HoldsAsync(
            () => stage.Sandbox.Primary!.CommandCount("find") == clients.Count,
            "all of them were answered"
        );
        await bystander.GoesOnAsync();
        clients.ForEach(client => client.Kill());
    }

    private static BsonDocument Insert(string collection, BsonValue id, int size) =>
        new()
        {
            ["insert"] = collection,
            ["documents"] = new BsonArray
            {
                new BsonDocument { ["_id"] = id, ["bytes"] = new BsonBinary(0, new byte[size]) },
            },
        };
}

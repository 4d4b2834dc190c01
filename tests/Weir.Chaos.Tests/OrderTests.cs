using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Chaos.Tests;

/// <summary>What one client sends one after the other is done one after the other.</summary>
public sealed class OrderTests
{
    [Fact]
    public async Task Requests_sent_at_once_are_answered_in_their_order()
    {
        await using Stage stage = await Stage.StartAsync();
        await using WireClient client = await stage.ConnectAsync();
        await client.RunAsync(Insert("c", 1));

        int first = client.LastRequestId + 1;
        var all = new List<byte>();
        for (int i = 0; i < 50; i++)
            all.AddRange(
                client.Message(i % 10 == 9 ? new() { ["hello"] = 1 } : Echo.Command("c", 1, $"echo {i}"))
            );
        await client.SendBytesAsync(all.ToArray());

        for (int i = 0; i < 50; i++)
        {
            BsonDocument reply = (await client.ReadAsync(first + i))!;
            if (i % 10 == 9)
                Assert.True(reply["isWritablePrimary"].ToBoolean());
            else
                Echo.Check(reply, 1, $"echo {i}");
        }
    }

    [Fact]
    public async Task A_read_sees_the_unacknowledged_write_before_it()
    {
        await using Stage stage = await Stage.StartAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number =>
                    stage.Clients.RunAsync(async () =>
                    {
                        await using WireClient client = await stage.ConnectAsync();
                        for (int i = 0; i < 20; i++)
                        {
                            string id = $"{number}/{i}";
                            byte[] write = client.Message(Insert("c", id, w: 0), OpMsgFlags.MoreToCome);
                            byte[] read = client.Message(Echo.Command("c", id, $"echo {id}"));
                            await client.SendBytesAsync((byte[])[.. write, .. read]);
                            Echo.Check((await client.ReadAsync(client.LastRequestId))!, id, $"echo {id}");
                        }
                    })
                )
        );
        Assert.Equal(400, await CountAsync(stage));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unacknowledged_writes_are_made_although_their_client_closes_at_once(bool isBusy)
    {
        await using Stage stage = await Stage.StartAsync();
        if (isBusy)
            await stage.FailCommandAsync(
                new()
                {
                    ["failCommands"] = new BsonArray { "insert" },
                    ["blockConnection"] = true,
                    ["blockTimeMS"] = 20,
                },
                "alwaysOn"
            );

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async number =>
                {
                    await using WireClient client = await stage.ConnectAsync();
                    for (int i = 0; i < 3; i++)
                        await client.SendAsync(Insert("c", $"{number}/{i}", w: 0), OpMsgFlags.MoreToCome);
                })
        );

        long made = 0;
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics.Clients == 0,
            () => $"all clients are gone: {stage.Proxy.Statistics.Clients} left"
        );
        made = await CountAsync(stage);
        Assert.Equal(60, made);
        Assert.Empty(stage.Warnings);
    }

    private static async Task<long> CountAsync(Stage stage)
    {
        await using WireClient client = await stage.ConnectAsync();
        return (await client.RunAsync(new() { ["count"] = "c" }))["n"].ToInt64();
    }

    private static BsonDocument Insert(string collection, BsonValue id, int w = 1) =>
        new()
        {
            ["insert"] = collection,
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = id } },
            ["writeConcern"] = new BsonDocument { ["w"] = w },
        };
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class CursorTests
{
    private static async Task FillAsync(TestClient client, int count)
    {
        BsonArray documents =
        [
            .. Enumerable.Range(0, count).Select(i => (BsonValue)new BsonDocument { ["_id"] = i }),
        ];
        var insert = new BsonDocument { ["insert"] = "c", ["documents"] = documents };
        Assert.Equal(count, (await client.RunAsync("db", insert)).AssertOk()["n"].ToInt32());
    }

    private static BsonDocument GetMore(long id, int size = 0) =>
        new()
        {
            ["getMore"] = id,
            ["collection"] = "c",
            ["batchSize"] = size,
        };

    [Fact]
    public async Task A_find_hands_out_its_documents_in_batches_and_then_the_cursor_is_gone()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await FillAsync(client, 250);
        var first = await client.RunAsync("db", new BsonDocument { ["find"] = "c" });
        Assert.Equal(101, first.FirstBatch().Length);
        var id = first.CursorId();
        Assert.True(id > 0);
        var second = await client.RunAsync("db", GetMore(id, 100));
        Assert.Equal((100, id), (second.NextBatch().Length, second.CursorId()));
        var third = await client.RunAsync("db", GetMore(id, 100));
        Assert.Equal((49, 0L), (third.NextBatch().Length, third.CursorId()));
        (await client.RunAsync("db", GetMore(id))).AssertError(43, "CursorNotFound");
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_session()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await FillAsync(client, 10);
        var session = TestDeployment.NewSession();
        var find = new BsonDocument
        {
            ["find"] = "c",
            ["batchSize"] = 2,
            ["lsid"] = session,
        };
        var id = (await client.RunAsync("db", find)).CursorId();
        (await client.RunAsync("db", GetMore(id))).AssertError(50737);
        var other = GetMore(id);
        other["lsid"] = TestDeployment.NewSession();
        (await client.RunAsync("db", other)).AssertError(50738);
        other["lsid"] = session;
        Assert.Equal(8, (await client.RunAsync("db", other)).NextBatch().Length);
    }

    [Fact]
    public async Task Killed_and_forgotten_cursors_are_gone()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await FillAsync(client, 10);
        var find = new BsonDocument { ["find"] = "c", ["batchSize"] = 2 };
        var killed = (await client.RunAsync("db", find)).CursorId();
        var forgotten = (await client.RunAsync("db", find)).CursorId();
        var kill = new BsonDocument
        {
            ["killCursors"] = "c",
            ["cursors"] = new BsonArray { killed, 12345L },
        };
        var reply = (await client.RunAsync("db", kill)).AssertOk();
        Assert.Equal(killed, Assert.Single(reply["cursorsKilled"].AsArray).AsInt64);
        Assert.Equal(12345L, Assert.Single(reply["cursorsNotFound"].AsArray).AsInt64);
        deployment.Clock.Advance(TimeSpan.FromMinutes(12));
        (await client.RunAsync("db", GetMore(forgotten))).AssertError(43);
    }

    [Fact]
    public async Task A_batch_stops_at_16_MB()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            var document = new BsonDocument { ["_id"] = i, ["data"] = new byte[7_000_000] };
            var insert = new BsonDocument
            {
                ["insert"] = "c",
                ["documents"] = new BsonArray { document },
            };
            (await client.RunAsync("db", insert)).AssertOk();
        }

        var first = await client.RunAsync("db", new BsonDocument { ["find"] = "c" });
        Assert.Equal(2, first.FirstBatch().Length);
        var second = await client.RunAsync("db", GetMore(first.CursorId()));
        Assert.Equal((1, 0L), (second.NextBatch().Length, second.CursorId()));
    }

    [Fact]
    public async Task A_tailable_cursor_waits_for_the_next_document()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await using var writer = await deployment.ConnectAsync();
        var create = new BsonDocument
        {
            ["create"] = "c",
            ["capped"] = true,
            ["size"] = 100_000,
        };
        (await client.RunAsync("db", create)).AssertOk();
        await FillAsync(writer, 2);
        var find = new BsonDocument
        {
            ["find"] = "c",
            ["tailable"] = true,
            ["awaitData"] = true,
        };
        var first = await client.RunAsync("db", find);
        Assert.Equal(2, first.FirstBatch().Length);
        await client.SendAsync("db", GetMore(first.CursorId()));
        var insert = new BsonDocument
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 9 } },
        };
        (await writer.RunAsync("db", insert)).AssertOk();
        var more = await client.ReadAsync();
        Assert.Equal(9, Assert.Single(more.NextBatch())["_id"].ToInt32());
        var again = GetMore(more.CursorId());
        again["maxTimeMS"] = 200;
        await client.SendAsync("db", again);
        await deployment.PassAsync(TimeSpan.FromMilliseconds(200));
        Assert.Empty((await client.ReadAsync()).NextBatch());
    }
}

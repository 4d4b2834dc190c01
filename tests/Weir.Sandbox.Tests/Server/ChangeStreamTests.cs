using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class ChangeStreamTests
{
    private static BsonDocument Watch(BsonDocument? options = null) =>
        new()
        {
            ["aggregate"] = "c",
            ["pipeline"] = new BsonArray { new BsonDocument { ["$changeStream"] = options ?? [] } },
            ["cursor"] = new BsonDocument(),
        };

    private static BsonDocument GetMore(long id) => new() { ["getMore"] = id, ["collection"] = "c" };

    private static BsonDocument Insert(int id) =>
        new()
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = id } },
        };

    [Fact]
    public async Task Events_arrive_in_order_and_a_waiting_getMore_wakes()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        await using var writer = await deployment.ConnectAsync();
        var opened = await client.RunAsync("db", Watch());
        Assert.Empty(opened.FirstBatch());
        await client.SendAsync("db", GetMore(opened.CursorId()));
        (await writer.RunAsync("db", Insert(1))).AssertOk();
        var first = Assert.Single((await client.ReadAsync()).NextBatch());
        Assert.Equal("insert", first["operationType"].AsString);
        Assert.Equal(1, first["fullDocument"].AsDocument["_id"].ToInt32());
        var update = new BsonDocument
        {
            ["update"] = "c",
            ["updates"] = new BsonArray
            {
                new BsonDocument
                {
                    ["q"] = new BsonDocument { ["_id"] = 1 },
                    ["u"] = new BsonDocument { ["$set"] = new BsonDocument { ["a"] = 5 } },
                },
            },
        };
        (await writer.RunAsync("db", update)).AssertOk();
        var second = Assert.Single((await client.RunAsync("db", GetMore(opened.CursorId()))).NextBatch());
        Assert.Equal("update", second["operationType"].AsString);
        Assert.Equal(5, second["updateDescription"].AsDocument["updatedFields"].AsDocument["a"].ToInt32());
    }

    [Fact]
    public async Task A_stream_goes_on_from_a_resume_token()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var opened = await client.RunAsync("db", Watch());
        for (var i = 1; i <= 3; i++)
        {
            (await client.RunAsync("db", Insert(i))).AssertOk();
        }

        var events = (await client.RunAsync("db", GetMore(opened.CursorId()))).NextBatch();
        var resumed = await client.RunAsync(
            "db",
            Watch(new BsonDocument { ["resumeAfter"] = events[0]["_id"] })
        );
        Assert.Equal(
            [2, 3],
            resumed.FirstBatch().Select(each => each["documentKey"].AsDocument["_id"].ToInt32())
        );
    }

    [Fact]
    public async Task A_dropped_collection_ends_its_stream()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("db", Insert(1))).AssertOk();
        var opened = await client.RunAsync("db", Watch());
        (await client.RunAsync("db", new BsonDocument { ["drop"] = "c" })).AssertOk();
        var last = await client.RunAsync("db", GetMore(opened.CursorId()));
        Assert.Equal(["drop", "invalidate"], last.NextBatch().Select(each => each["operationType"].AsString));
        Assert.Equal(0, last.CursorId());
    }

    [Fact]
    public async Task A_standalone_has_no_change_streams()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("db", Watch())).AssertError(40573);
    }
}

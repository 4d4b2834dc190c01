using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class BulkWriteTests
{
    private static readonly BsonDocument insertTwice = new()
    {
        ["bulkWrite"] = 1,
        ["ops"] = new BsonArray
        {
            new BsonDocument
            {
                ["insert"] = 0,
                ["document"] = new BsonDocument { ["_id"] = 1 },
            },
            new BsonDocument
            {
                ["insert"] = 0,
                ["document"] = new BsonDocument { ["_id"] = 1 },
            },
            new BsonDocument
            {
                ["update"] = 1,
                ["filter"] = new BsonDocument { ["_id"] = 7 },
                ["updateMods"] = new BsonDocument { ["$set"] = new BsonDocument { ["a"] = 1 } },
                ["upsert"] = true,
            },
            new BsonDocument
            {
                ["delete"] = 0,
                ["filter"] = new BsonDocument(),
                ["multi"] = true,
            },
        },
        ["nsInfo"] = new BsonArray
        {
            new BsonDocument { ["ns"] = "db.a" },
            new BsonDocument { ["ns"] = "db.b" },
        },
    };

    [Fact]
    public async Task An_ordered_bulk_stops_at_the_first_error()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var reply = (await client.RunAsync("admin", insertTwice)).AssertOk();
        Assert.Equal((1, 1, 0), Counts(reply));
        Assert.Equal([1.0, 0.0], reply.FirstBatch().Select(entry => entry["ok"].ToDouble()));
    }

    [Fact]
    public async Task An_unordered_bulk_goes_on_over_several_collections()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var command = insertTwice.Clone();
        command["ordered"] = false;
        var reply = (await client.RunAsync("admin", command)).AssertOk();
        Assert.Equal((1, 1, 1), Counts(reply));
        Assert.Equal(1, reply["nUpserted"].AsInt32);
        Assert.Equal(11000, reply.FirstBatch()[1]["code"].AsInt32);
        Assert.Equal(7, reply.FirstBatch()[2]["upserted"].AsDocument["_id"].ToInt32());
    }

    [Fact]
    public async Task A_plain_write_reports_each_failed_statement()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var insert = new BsonDocument
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray(
                new[] { 1, 1, 2, 2, 3 }.Select(id => (BsonValue)new BsonDocument { ["_id"] = id })
            ),
            ["ordered"] = false,
        };
        var reply = (await client.RunAsync("db", insert)).AssertOk();
        Assert.Equal(3, reply["n"].AsInt32);
        Assert.Equal([1, 3], reply["writeErrors"].AsArray.Select(error => error.AsDocument["index"].AsInt32));
        insert["documents"] = new BsonArray();
        (await client.RunAsync("db", insert)).AssertError(16, "InvalidLength");
    }

    private static (int Errors, int Inserted, int Deleted) Counts(BsonDocument reply) =>
        (reply["nErrors"].AsInt32, reply["nInserted"].AsInt32, reply["nDeleted"].AsInt32);
}

using Weir.Protocol.Bson;
using static Weir.Engine.Tests.Documents;

namespace Weir.Engine.Tests;

/// <summary>The gateway is what drivers take for the primary of a replica set of one.</summary>
public class GatewayTests
{
    [Fact]
    public async Task Documents_go_in_and_come_out()
    {
        await using var client = await EngineClient.StartAsync();

        var inserted = await client.RunAsync(
            Parse("""{ "insert": "c", "documents": [{ "_id": 1, "a": "x" }, { "_id": 2 }] }""")
        );
        var found = await client.RunAsync(Parse("""{ "find": "c", "sort": { "_id": 1 } }"""));

        Assert.Equal(2, inserted["n"].ToInt32());
        Assert.Equal(Parse("""{ "_id": 1, "a": "x" }"""), found.Batch()[0].AsDocument);
        Assert.Equal(0, found["cursor"].AsDocument["id"].ToInt64());
    }

    [Fact]
    public async Task A_cursor_goes_on_until_it_is_read_to_its_end()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(10);

        var page = await client.RunAsync(Parse("""{ "find": "c", "sort": { "_id": 1 }, "batchSize": 3 }"""));
        var seen = page.Batch().Select(Id).ToList();
        while (page["cursor"].AsDocument["id"].ToInt64() is var id and not 0)
        {
            page = await client.RunAsync(
                new BsonDocument
                {
                    ["getMore"] = id,
                    ["collection"] = "c",
                    ["batchSize"] = 3,
                }
            );
            seen.AddRange(page.Batch().Select(Id));
        }

        Assert.Equal(Enumerable.Range(0, 10), seen);
        Assert.Equal(0, client.Gateway.OpenCursors);
    }

    [Fact]
    public async Task A_killed_cursor_is_gone()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(10);
        var page = await client.RunAsync(
            Parse(
                """{ "aggregate": "c", "pipeline": [{ "$sort": { "_id": -1 } }], "cursor": { "batchSize": 2 } }"""
            )
        );
        var id = page["cursor"].AsDocument["id"].ToInt64();

        var killed = await client.RunAsync(
            new BsonDocument { ["killCursors"] = "c", ["cursors"] = new BsonArray([id, 5L]) }
        );
        var error = await client.FailAsync(new BsonDocument { ["getMore"] = id, ["collection"] = "c" });

        Assert.Equal(new BsonArray([id]), killed["cursorsKilled"].AsArray);
        Assert.Equal(new BsonArray([5L]), killed["cursorsNotFound"].AsArray);
        Assert.Equal(43, error["code"].ToInt32());
        Assert.Equal(0, client.Gateway.OpenCursors);
    }

    [Fact]
    public async Task Indexes_are_there_when_they_have_been_created()
    {
        await using var client = await EngineClient.StartAsync();

        await client.RunAsync(
            Parse(
                """{ "createIndexes": "c", "indexes": [{ "key": { "mail": 1 }, "name": "mail_1", "unique": true }] }"""
            )
        );
        var indexes = await client.RunAsync(Parse("""{ "listIndexes": "c" }"""));
        var second = await client.RunAsync(
            Parse("""{ "insert": "c", "documents": [{ "mail": "a" }, { "mail": "a" }] }""")
        );
        var dropped = await client.RunAsync(Parse("""{ "dropIndexes": "c", "index": "mail_1" }"""));
        var left = await client.RunAsync(Parse("""{ "listIndexes": "c" }"""));

        Assert.Equal(
            ["_id_", "mail_1"],
            indexes.Batch().Select(index => index.AsDocument["name"].AsString).Order()
        );
        Assert.Equal(11000, second["writeErrors"].AsArray[0].AsDocument["code"].ToInt32());
        Assert.Single(left.Batch());
        // The engine itself says true here, which some drivers take for a failure.
        Assert.Equal(1.0, dropped["ok"]);
    }

    [Theory]
    [InlineData("""{ "noSuchCommand": 1 }""", 59)]
    [InlineData("""{ "find": "c", "filter": { "a": { "$foo": 1 } } }""", 2)]
    [InlineData("""{ "aggregate": "c", "pipeline": [{ "$noSuchStage": {} }], "cursor": {} }""", 40324)]
    [InlineData("""{ "getMore": { "$numberLong": "77" }, "collection": "c" }""", 43)]
    [InlineData("""{ "drop": "never" }""", 26)]
    [InlineData("""{ "find": "c", "apiVersion": "2" }""", 322)]
    [InlineData("""{ "serverStatus": 1, "apiVersion": "1", "apiStrict": true }""", 323)]
    public async Task Errors_have_the_codes_of_MongoDB(string command, int code)
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);

        var error = await client.FailAsync(Parse(command));

        Assert.True(code == error["code"].ToInt32(), error.ToString());
    }

    [Fact]
    public async Task What_takes_longer_than_maxTimeMS_is_stopped()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(2000);

        var error = await client.FailAsync(
            Parse(
                """
                { "aggregate": "c", "pipeline": [
                    { "$lookup": { "from": "c", "pipeline": [], "as": "all" } },
                    { "$unwind": "$all" },
                    { "$group": { "_id": null, "n": { "$sum": "$all._id" } } }
                  ], "cursor": {}, "maxTimeMS": 20 }
                """
            )
        );

        Assert.True(error["code"].ToInt32() == 50, error.ToString());
    }

    [Fact]
    public async Task A_client_shows_who_it_is_where_that_is_asked()
    {
        await using var door = await EngineClient.StartAsync();
        var user = $"u{Guid.NewGuid():N}";
        await door.RunAsync(
            "admin",
            new BsonDocument
            {
                ["createUser"] = user,
                ["pwd"] = "Correct-Horse-9",
                ["roles"] = new BsonArray([
                    Parse("""{ "role": "readWriteAnyDatabase", "db": "admin" }"""),
                    Parse("""{ "role": "clusterAdmin", "db": "admin" }"""),
                ]),
            }
        );
        await using var locked = await EngineClient.StartAsync(
            new GatewayOptions { RequiresAuthentication = true }
        );
        await using var known = locked.Again(
            $"mongodb://{user}:Correct-Horse-9@{locked.Gateway.Address}/?replicaSet=documentdb"
        );

        var refused = await locked.FailAsync(Parse("""{ "find": "c" }"""));
        var status = await known.RunAsync(Parse("""{ "connectionStatus": 1 }"""));

        Assert.Equal(13, refused["code"].ToInt32());
        Assert.Equal(
            user,
            status["authInfo"].AsDocument["authenticatedUsers"].AsArray[0].AsDocument["user"].AsString
        );
    }

    private static int Id(BsonValue document) => document.AsDocument["_id"].ToInt32();
}

using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Admin.Tests.Database;

/// <summary><c>db.getSiblingDB("weir")</c>, as a driver asks.</summary>
public sealed class AdminDatabaseTests
{
    [Fact]
    public async Task Tables_are_collections()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync("asker");

        var names = Batch(await RunAsync(server, new() { ["listCollections"] = 1, ["nameOnly"] = true }))
            .Select(c => c["name"].AsString)
            .ToList();
        var pools = Batch(await RunAsync(server, new BsonDocument("find", "pools")));

        Assert.Equal(stage.Proxy.Administration.Tables.Select(t => t.Name), names);
        // mongosh shows an Int32 as a number, and an Int64 as Long('4').
        Assert.Equal((BsonValue)4, Assert.Single(pools)["max"]);
    }

    [Fact]
    public async Task Rows_are_filtered_sorted_and_bounded()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync("asker");
        await AdminStage.PingAsync(await stage.ConnectAsync("other"));

        var rows = Batch(
            await RunAsync(
                server,
                new()
                {
                    ["find"] = "clients",
                    ["filter"] = new BsonDocument
                    {
                        ["application"] = new BsonDocument("$in", new BsonArray { "asker", "other" }),
                        ["id"] = new BsonDocument("$gt", 0),
                    },
                    ["sort"] = new BsonDocument("id", -1),
                    ["limit"] = 2,
                }
            )
        );

        Assert.Equal(2, rows.Count);
        Assert.True(rows[0]["id"].ToInt64() > rows[1]["id"].ToInt64());
    }

    [Fact]
    public async Task Documents_are_counted_as_drivers_do_it()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();

        var reply = await RunAsync(
            server,
            new()
            {
                ["aggregate"] = "pools",
                ["pipeline"] = new BsonArray
                {
                    new BsonDocument("$match", new BsonDocument("max", 4)),
                    new BsonDocument(
                        "$group",
                        new BsonDocument { ["_id"] = 1, ["n"] = new BsonDocument("$sum", 1) }
                    ),
                },
                ["cursor"] = new BsonDocument(),
            }
        );

        Assert.Equal(1, Assert.Single(Batch(reply))["n"].ToInt32());
    }

    [Fact]
    public async Task Actions_are_commands()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();

        var reply = await RunAsync(server, new BsonDocument("reconnect", "main"));

        Assert.Equal("main", reply["reconnected"].AsString);
        Assert.Contains(stage.Proxy.Events.Latest(), e => e.Kind == "Reconnected");
    }

    [Theory]
    [InlineData("find", "pools", "filter", "$where", "is not understood here")]
    [InlineData("killClient", "99999", "comment", "", "there is no client 99999")]
    [InlineData("dropDatabase", "1", "comment", "", "has no command dropDatabase")]
    public async Task What_cannot_be_done_is_an_error_that_says_so(
        string command,
        string value,
        string option,
        string key,
        string message
    )
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();

        var error = await Assert.ThrowsAsync<CommandException>(() =>
            RunAsync(
                server,
                new() { [command] = value, [option] = key.Length == 0 ? "" : new BsonDocument(key, 1) }
            )
        );

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_databases_go_to_the_servers()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();

        var reply = await server.RunCommandAsync(
            "weird",
            new BsonDocument("find", "pools"),
            TestContext.Current.CancellationToken
        );

        Assert.Empty(Batch(reply));
    }

    private static Task<BsonDocument> RunAsync(Server server, BsonDocument command) =>
        server.RunCommandAsync("weir", command, TestContext.Current.CancellationToken).AsTask();

    private static List<BsonDocument> Batch(BsonDocument reply) =>
        [.. reply["cursor"].AsDocument["firstBatch"].AsArray.Select(v => v.AsDocument)];
}

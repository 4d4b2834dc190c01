using Weir.Protocol.Bson;
using Weir.Sync.Runs;

namespace Weir.Sync.Tests.Runs;

/// <summary>Following a collection by its change stream.</summary>
public class FollowTests
{
    private const string Job = """
        destinations: { d: "{uri}" }
        sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
        jobs:
          j:
            source: s
            destination: d
            database: crm
            mode: follow
            entities:
              orders:
                into: orders
        """;

    private static readonly RunOptions Once = new() { Once = true };

    [Fact]
    public async Task Every_change_after_the_copy_arrives()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(300));
        var settings = stage.Settings(Job);
        using var stop = new CancellationTokenSource();
        var runner = stage.Runner(settings);
        var running = runner.RunAsync(settings.Jobs, new RunOptions(), stop.Token);
        await Eventually.TrueAsync(() => runner.Progress.Any(p => p.Activity == "following"));

        await ChangeAsync(stage);
        await Eventually.TrueAsync(() => runner.Progress.Single().Counts.Deleted >= 5);
        await stop.CancelAsync();
        Assert.Equal(EntityOutcome.Interrupted, (await running)[0].Result!.Outcome);

        Assert.Equal(await stage.FindAsync("shop", "orders"), await stage.FindAsync("crm", "orders"));
    }

    [Fact]
    public async Task What_changed_while_nobody_followed_arrives_later()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(300));
        await stage.RunToEndAsync(Job, Once);
        await ChangeAsync(stage);

        var second = await stage.RunToEndAsync(Job, Once);

        Assert.Equal(await stage.FindAsync("shop", "orders"), await stage.FindAsync("crm", "orders"));
        Assert.Contains("j/orders: goes on: follow, 300 records were read", stage.Told);
        Assert.InRange(second.Counts.Read, 300, 330);
    }

    [Fact]
    public async Task The_token_moves_on_although_the_collection_does_not_change()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(3));
        await stage.RunToEndAsync(Job, Once);
        var first = await TokenAsync(stage);
        await stage.InsertAsync("shop", "something_else", Documents.Numbered(10));

        await stage.RunToEndAsync(Job, Once);

        Assert.NotEqual(first, await TokenAsync(stage));
    }

    [Fact]
    public async Task A_history_that_is_gone_is_told_and_everything_is_copied_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(300));
        await stage.RunToEndAsync(Job, Once);
        await ChangeAsync(stage);
        await stage.CommandAsync(
            "admin",
            """{ "configureFailPoint": "failCommand", "mode": { "times": 1 }, "data": { "failCommands": ["aggregate"], "errorCode": 286 } }"""
        );

        await stage.RunToEndAsync(Job, Once);

        Assert.Contains(
            stage.Told,
            t =>
                t.Contains(
                    "copies everything again: the source's change history no longer reaches back",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(await stage.FindAsync("shop", "orders"), await stage.FindAsync("crm", "orders"));
    }

    [Fact]
    public async Task A_collection_that_was_dropped_ends_it_with_a_message()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(3));
        await stage.RunToEndAsync(Job, Once);
        await stage.CommandAsync("shop", """{ "drop": "orders" }""");

        var results = await stage.RunAsync(Job, Once);

        Assert.Equal(EntityOutcome.Failed, results[0].Result!.Outcome);
        Assert.Contains(
            "cannot be followed any further",
            results[0].Result!.Message,
            StringComparison.Ordinal
        );
    }

    private static async Task ChangeAsync(Stage stage)
    {
        await stage.InsertAsync("shop", "orders", Documents.Numbered(10, first: 1000));
        await stage.CommandAsync(
            "shop",
            """{ "update": "orders", "updates": [{ "q": { "_id": 5 }, "u": { "$set": { "name": "changed" } } }, { "q": { "_id": 5 }, "u": { "$inc": { "group": 1 } } }, { "q": { "_id": 6 }, "u": { "name": "replaced" } }] }"""
        );
        await stage.CommandAsync(
            "shop",
            """{ "delete": "orders", "deletes": [{ "q": { "_id": { "$lt": 5 } }, "limit": 0 }] }"""
        );
    }

    private static async Task<BsonValue> TokenAsync(Stage stage) =>
        (await stage.FindAsync("crm", "weir.sync"))[0]["run"].AsDocument["token"];
}

using Weir.Protocol.Bson;
using Weir.Sync.Runs;

namespace Weir.Sync.Tests.Runs;

/// <summary>Full copies from MongoDB into MongoDB.</summary>
public class FullTests
{
    private const string Job = """
        destinations: { d: "{uri}" }
        sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
        jobs:
          j:
            source: s
            destination: d
            database: crm
            chunkSize: 100
            entities:
              customers:
                into: customers
        """;

    [Fact]
    public async Task A_collection_is_copied_whole()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(2500));

        var progress = await stage.RunToEndAsync(Job);

        Assert.Equal(Documents.Numbered(2500), await stage.FindAsync("crm", "customers"));
        Assert.Equal(
            (2500, 2500, 0),
            (progress.Counts.Read, progress.Counts.Written, progress.Counts.Refused)
        );
        Assert.InRange(progress.Ended, progress.Began, TimeProvider.System.GetTimestamp());
    }

    [Fact]
    public async Task Ids_of_every_kind_are_copied_in_many_parts()
    {
        await using var stage = await Stage.StartAsync();
        List<BsonDocument> all = [.. Documents.OfEveryKind(), .. Documents.Numbered(3000, first: 100)];
        await stage.InsertAsync("shop", "customers", all);

        await stage.RunToEndAsync(Job);

        var copied = await stage.FindAsync("crm", "customers");
        Assert.Equal(await stage.FindAsync("shop", "customers"), copied);
        Assert.Equal(all.Count, copied.Count);
    }

    [Fact]
    public async Task Readers_see_the_old_data_until_the_new_is_whole()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("crm", "customers", Documents.Numbered(10));
        await stage.InsertAsync("shop", "customers", Documents.Numbered(2000, first: 1000));
        // No write of the copy is answered before the test has looked.
        await stage.CommandAsync(
            "admin",
            """{ "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": { "failCommands": ["renameCollection"], "errorCode": 91 } }"""
        );
        var running = stage.RunAsync(Job);
        await Eventually.TrueAsync(() => stage.Sandbox.Primary!.CommandCount("renameCollection") > 0);

        Assert.Equal(Documents.Numbered(10), await stage.FindAsync("crm", "customers"));

        await stage.CommandAsync("admin", """{ "configureFailPoint": "failCommand", "mode": "off" }""");
        await running;
        Assert.Equal(Documents.Numbered(2000, first: 1000), await stage.FindAsync("crm", "customers"));
    }

    [Fact]
    public async Task Indexes_are_copied_and_nothing_is_left_behind()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("crm", "customers", Documents.Numbered(10));
        await stage.InsertAsync(
            "crm",
            "weir.staging.customers.65f000000000000000000001",
            Documents.Numbered(3)
        );
        await stage.CommandAsync(
            "crm",
            """{ "createIndexes": "customers", "indexes": [{ "key": { "name": 1 }, "name": "by_name", "unique": true }, { "key": { "group": -1 }, "name": "by_group" }] }"""
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(500));

        await stage.RunToEndAsync(Job);

        var indexes = await stage.CommandAsync("crm", """{ "listIndexes": "customers" }""");
        var names = indexes["cursor"]
            .AsDocument["firstBatch"]
            .AsArray.Select(i => i.AsDocument["name"].AsString);
        Assert.Equal(["_id_", "by_group", "by_name"], names.Order(StringComparer.Ordinal));
        var collections = await stage.CommandAsync("crm", """{ "listCollections": 1, "nameOnly": true }""");
        Assert.Equal(
            ["customers", "weir.sync"],
            collections["cursor"]
                .AsDocument["firstBatch"]
                .AsArray.Select(c => c.AsDocument["name"].AsString)
                .Order()
        );
    }

    [Fact]
    public async Task What_the_destination_refuses_becomes_a_dead_letter_with_the_reason()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("crm", "customers", []);
        await stage.CommandAsync("crm", """{ "create": "customers" }""");
        await stage.CommandAsync(
            "crm",
            """{ "createIndexes": "customers", "indexes": [{ "key": { "email": 1 }, "name": "email", "unique": true }] }"""
        );
        await stage.InsertAsync(
            "shop",
            "customers",
            Enumerable
                .Range(0, 20)
                .Select(i => new BsonDocument { ["_id"] = i, ["email"] = i == 7 ? "3@x" : $"{i}@x" })
        );

        var progress = await stage.RunToEndAsync(Job.Replace("chunkSize: 100", "concurrency: 1"));

        Assert.Equal((20, 19, 1), (progress.Counts.Read, progress.Counts.Written, progress.Counts.Refused));
        var letter = Assert.Single(await stage.FindAsync("crm", "weir.dead_letters"));
        Assert.Equal((11000, 7), (letter["code"].ToInt32(), letter["record"].AsDocument["_id"].AsInt32));
        Assert.Contains("E11000", letter["reason"].AsString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_refusals_than_allowed_fail_the_run_and_leave_the_live_data_alone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("crm", "customers", Documents.Numbered(3));
        await stage.InsertAsync("shop", "customers", Documents.Numbered(50));

        var results = await stage.RunAsync(
            Job.Replace("chunkSize: 100", "maxRefused: 5")
                + "\n        transforms: [ { cast: { name: int } } ]"
        );

        Assert.Equal(EntityOutcome.Failed, results[0].Result!.Outcome);
        Assert.Contains("maxRefused (5)", results[0].Result!.Message, StringComparison.Ordinal);
        Assert.Equal(Documents.Numbered(3), await stage.FindAsync("crm", "customers"));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_goes_on_where_it_was()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        var settings = stage.Settings(Job);
        using var stop = new CancellationTokenSource();
        var first = stage.Runner(settings);
        var running = first.RunAsync(settings.Jobs, new RunOptions(), stop.Token);
        await Eventually.TrueAsync(() => first.Progress.Any(p => p.Counts.Read > 500));
        await stop.CancelAsync();
        var stopped = await running;

        Assert.Equal(EntityOutcome.Interrupted, stopped[0].Result!.Outcome);
        var read = stopped[0].Counts.Read;
        var resumed = await stage.RunToEndAsync(Job, new RunOptions { OnlyUnfinished = true });

        Assert.True(resumed.Before.Read >= read, $"{resumed.Before.Read} of {read}");
        Assert.Equal(Documents.Numbered(5000), await stage.FindAsync("crm", "customers"));
    }

    [Fact]
    public async Task A_run_whose_staging_collection_is_gone_begins_anew()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        var settings = stage.Settings(Job);
        using var stop = new CancellationTokenSource();
        var first = stage.Runner(settings);
        var running = first.RunAsync(settings.Jobs, new RunOptions(), stop.Token);
        await Eventually.TrueAsync(() => first.Progress.Any(p => p.Counts.Read > 500));
        await stop.CancelAsync();
        await running;
        var run = (await stage.FindAsync("crm", "weir.sync"))[0]["run"].AsDocument;
        await stage.CommandAsync("crm", new BsonDocument { ["drop"] = run["staging"] });

        await stage.RunToEndAsync(Job);

        Assert.Contains(stage.Told, t => t.Contains("begins anew: the staging", StringComparison.Ordinal));
        Assert.Equal(Documents.Numbered(5000), await stage.FindAsync("crm", "customers"));
    }

    [Fact]
    public async Task The_destination_may_go_away_and_come_back()
    {
        await using var stage = await Stage.StartAsync();
        await using var other = await Weir.Sandbox.SandboxDeployment.StartAsync(
            new Weir.Sandbox.SandboxOptions { ReplicaSetName = "rs1" }
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        var settings = stage.Settings(
            Job.Replace("""{ d: "{uri}" }""", $$"""{ d: "{{other.ConnectionString}}" }""")
        );
        var runner = stage.Runner(settings);
        var running = runner.RunAsync(settings.Jobs, new RunOptions(), Stage.Ending);
        await Eventually.TrueAsync(() => runner.Progress.Any(p => p.Counts.Read > 500));

        await other.StopAsync(other.Members[0]);
        await Eventually.TrueAsync(() => runner.Progress.Any(p => p.Retries > 0));
        await other.StartAsync(other.Members[0]);

        var result = Assert.Single(await running);
        Assert.True(result.Result!.Outcome == EntityOutcome.Done, result.Result.ToString());
        Assert.Equal(5000, result.Counts.Written);
    }

    [Fact]
    public async Task An_empty_source_empties_the_destination()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("crm", "customers", Documents.Numbered(10));

        await stage.RunToEndAsync(Job);

        Assert.Empty(await stage.FindAsync("crm", "customers"));
    }

    [Fact]
    public async Task Documents_are_found_by_another_key_than_their_id()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(300));

        await stage.RunToEndAsync(
            Job + "\n        key: [group, name]\n        transforms: [ { drop: _id } ]"
        );

        var copied = await stage.FindAsync("crm", "customers");
        Assert.Equal(300, copied.Count);
        Assert.All(copied, d => Assert.True(d["_id"].IsObjectId));
        Assert.Equal(300, copied.Select(d => d["name"].AsString).Distinct().Count());
    }

    [Fact]
    public async Task An_aggregation_is_copied_and_resumable()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(1000));

        await stage.RunToEndAsync(
            Job + "\n        pipeline: [ { $group: { _id: $group, count: { $sum: 1 } } } ]"
        );

        var groups = await stage.FindAsync("crm", "customers");
        Assert.Equal(Enumerable.Range(0, 10), groups.Select(g => g["_id"].AsInt32));
        Assert.All(groups, g => Assert.Equal(100, g["count"].ToInt32()));
    }
}

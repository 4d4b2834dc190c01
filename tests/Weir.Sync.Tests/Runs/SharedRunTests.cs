using Weir.Protocol.Bson;
using Weir.Sync.Runs;

namespace Weir.Sync.Tests.Runs;

/// <summary>Several runners and the same jobs.</summary>
public class SharedRunTests
{
    private const string Job = """
        destinations: { d: "{uri}" }
        sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
        limits: { lease: 1s, entities: 2 }
        jobs:
          j:
            source: s
            destination: d
            database: crm
            chunkSize: 50
            entities: { a: , b: , c: , e: }
        """;

    [Fact]
    public async Task Runners_share_entities_and_each_is_run_once()
    {
        await using var stage = await Stage.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "e" })
        {
            await stage.InsertAsync("shop", name, Documents.Numbered(2000));
        }
        // Each entity takes longer than all runners need to come to it: who came later would rightly run it again.
        await stage.CommandAsync(
            "admin",
            """{ "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": { "failCommands": ["update"], "blockConnection": true, "blockTimeMS": 300 } }"""
        );
        var settings = stage.Settings(
            Job.Replace("entities: 2", "entities: 4", StringComparison.Ordinal)
                .Replace("chunkSize: 50", "chunkSize: 2000", StringComparison.Ordinal)
        );

        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ => stage.Runner(settings).RunAsync(settings.Jobs, new RunOptions(), Stage.Ending))
        );

        foreach (var entity in results.SelectMany(r => r).GroupBy(p => p.Entity))
        {
            var outcomes = entity.Select(e => e.Result!.Outcome).Order().ToList();
            Assert.Equal([EntityOutcome.Done, EntityOutcome.Elsewhere, EntityOutcome.Elsewhere], outcomes);
            Assert.Equal(2000, (await stage.FindAsync("crm", entity.Key)).Count);
        }
    }

    [Fact]
    public async Task A_runner_whose_lease_was_taken_over_writes_nothing_more()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "a", Documents.Numbered(3000));
        var settings = stage.Settings(Job.Replace("{ a: , b: , c: , e: }", "{ a: }"));
        var stale = stage.Runner(settings);
        using var stop = new CancellationTokenSource();
        var running = stale.RunAsync(settings.Jobs, new RunOptions(), stop.Token);
        await Eventually.TrueAsync(() => stale.Progress.Any(p => p.Counts.Read > 200));

        // As if it had slept: another has a higher fence.
        await stage.CommandAsync(
            "crm",
            """{ "update": "weir.sync", "updates": [{ "q": { "_id": "j/a" }, "u": { "$inc": { "fence": 1 }, "$set": { "runner": "another", "leaseUntil": { "$date": "2100-01-01T00:00:00Z" } } } }] }"""
        );
        await Eventually.TrueAsync(() =>
            stage.Told.Any(t => t.Contains("another runner has taken it over", StringComparison.Ordinal))
        );
        var before = (await stage.FindAsync("crm", "weir.sync"))[0];
        await Eventually.TrueAsync(() => stale.Progress.Single().Activity == "waiting for another runner");

        Assert.Equal(before, (await stage.FindAsync("crm", "weir.sync"))[0]);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_run_is_cancelled_from_elsewhere_and_can_be_resumed()
    {
        await using var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name => name == "insert" ? TimeSpan.FromMilliseconds(20) : null,
            }
        );
        await stage.InsertAsync("shop", "a", Documents.Numbered(20_000));
        var settings = stage.Settings(Job.Replace("{ a: , b: , c: , e: }", "{ a: }"));
        var runner = stage.Runner(settings);
        var running = runner.RunAsync(settings.Jobs, new RunOptions(), Stage.Ending);
        await Eventually.TrueAsync(() => runner.Progress.Any(p => p.Counts.Read > 200));
        var status = new SyncStatus(settings, stage.Context(settings));

        Assert.Equal(["j/a"], await status.CancelAsync(settings.Jobs, Stage.Ending));

        Assert.Equal(EntityOutcome.Cancelled, (await running)[0].Result!.Outcome);
        Assert.Equal("cancelled", (await status.ReadAsync(settings.Jobs, Stage.Ending))[0].State);
        var resumed = stage.Runner(settings);
        var results = await resumed.RunAsync(
            settings.Jobs,
            new RunOptions { OnlyUnfinished = true },
            Stage.Ending
        );
        Assert.Equal(EntityOutcome.Done, results[0].Result!.Outcome);
        Assert.Equal(20_000, (await stage.FindAsync("crm", "a")).Count);
    }

    [Fact]
    public async Task Resume_begins_nothing()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "a", Documents.Numbered(5));

        var results = await stage.RunAsync(Job, new RunOptions { OnlyUnfinished = true });

        Assert.All(results, r => Assert.Equal(EntityOutcome.Nothing, r.Result!.Outcome));
    }
}

using Weir.Protocol.Bson;
using Weir.Sync.Verification;

namespace Weir.Sync.Tests.Runs;

/// <summary><c>weir sync verify</c>.</summary>
public class VerifyTests
{
    private const string Job = """
        destinations: { d: "{uri}" }
        sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
        jobs:
          j:
            source: s
            destination: d
            database: crm
            entities:
              orders:
                into: orders
        """;

    [Fact]
    public async Task What_was_copied_is_the_same()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync(
            "shop",
            "orders",
            [.. Documents.OfEveryKind(), .. Documents.Numbered(3000, 100)]
        );
        await stage.RunToEndAsync(Job);

        var result = await VerifyAsync(stage, Job);

        Assert.True(result.IsSame, result.ToString());
        Assert.Equal((3023, 3023), (result.SourceCount, result.DestinationCount));
    }

    [Fact]
    public async Task The_documents_that_differ_are_named()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(3000));
        await stage.RunToEndAsync(Job);
        await stage.CommandAsync(
            "crm",
            """{ "update": "orders", "updates": [{ "q": { "_id": 17 }, "u": { "$set": { "name": "other" } } }] }"""
        );
        await stage.CommandAsync(
            "crm",
            """{ "delete": "orders", "deletes": [{ "q": { "_id": 2000 }, "limit": 1 }] }"""
        );
        await stage.InsertAsync(
            "crm",
            "orders",
            [new BsonDocument { ["_id"] = "extra" }, new BsonDocument { ["_id"] = 99_999 }]
        );

        var result = await VerifyAsync(stage, Job);

        Assert.Equal((1, 2, 1), (result.Missing, result.Extra, result.Differing));
        Assert.Equal(
            ["Differs 17", "Extra \"extra\"", "Extra 99999", "Missing 2000"],
            result.Named.Select(d => $"{d.Kind} {d.Key}").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Two_documents_that_took_each_others_place_are_seen()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(10));
        await stage.RunToEndAsync(Job);
        // The same bodies, under each other's _id: their count and any XOR of bodies stay what they were.
        await stage.CommandAsync(
            "crm",
            """{ "update": "orders", "updates": [{ "q": { "_id": 1 }, "u": { "name": "document 2", "group": 2 } }, { "q": { "_id": 2 }, "u": { "name": "document 1", "group": 1 } }] }"""
        );

        var result = await VerifyAsync(stage, Job);

        Assert.Equal(2, result.Differing);
    }

    [Fact]
    public async Task Transforms_are_applied_before_comparing()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(500));
        var job = Job + "\n        transforms: [ { rename: { name: title }, filter: { group: { ne: 3 } } } ]";
        await stage.RunToEndAsync(job);

        var result = await VerifyAsync(stage, job);

        Assert.True(result.IsSame, result.ToString());
        Assert.Equal(450, result.SourceCount);
    }

    [Fact]
    public async Task A_source_of_another_key_is_compared_by_its_key()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(700));
        var job = Job + "\n        key: name\n        transforms: [ { drop: _id } ]";
        await stage.RunToEndAsync(job);
        await stage.CommandAsync(
            "crm",
            """{ "delete": "orders", "deletes": [{ "q": { "name": "document 5" }, "limit": 1 }] }"""
        );
        await stage.InsertAsync("crm", "orders", [new BsonDocument { ["name"] = "nobody" }]);

        var result = await VerifyAsync(stage, job);

        Assert.Equal((1, 1, 0), (result.Missing, result.Extra, result.Differing));
        Assert.Equal(
            ["Extra \"nobody\"", "Missing \"document 5\""],
            result.Named.Select(d => $"{d.Kind} {d.Key}").Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n        key: name\n        transforms: [ { drop: _id } ]")]
    public async Task A_verification_that_was_stopped_goes_on_where_it_was(string more)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stage.Ending);
        var (getMores, reads) = (0, int.MaxValue);
        await using var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name =>
                {
                    if (name == "getMore" && Interlocked.Increment(ref getMores) == Volatile.Read(ref reads))
                    {
                        stopping.Cancel();
                    }
                    return null;
                },
            }
        );
        await stage.InsertAsync("shop", "orders", Documents.Numbered(4000));
        var job =
            Job.Replace("    entities:", "    concurrency: 1\n    chunkSize: 100\n    entities:") + more;
        await stage.RunToEndAsync(job);
        var differing =
            """{ "delete": "orders", "deletes": [{ "q": { "name": "document 5" }, "limit": 1 }] }""";
        await stage.CommandAsync("crm", differing);
        var all = await GetMoresAsync(() => VerifyAsync(stage, job));
        Volatile.Write(ref reads, Volatile.Read(ref getMores) + all * 3 / 4);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            VerifyAsync(stage, job, stopping.Token)
        );
        VerifyResult? result = null;
        var rest = await GetMoresAsync(async () => result = await VerifyAsync(stage, job));

        Assert.Contains(stage.Told, t => t.Contains("goes on: ", StringComparison.Ordinal));
        Assert.True(rest < all * 3 / 4, $"{rest} reads after the stop, of {all}");
        Assert.Equal(
            (4000, 3999, 1, 0, 0),
            (result!.SourceCount, result.DestinationCount, result.Missing, result.Extra, result.Differing)
        );
        Assert.Contains("5", Assert.Single(result.Named).Key, StringComparison.Ordinal);

        async Task<int> GetMoresAsync(Func<Task> verify)
        {
            var before = Volatile.Read(ref getMores);
            await verify();
            return Volatile.Read(ref getMores) - before;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n        key: name\n        transforms: [ { drop: _id } ]")]
    public async Task What_fails_for_a_moment_is_tried_again_whatever_step_it_is(string more)
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Documents.Numbered(1200));
        await stage.RunToEndAsync(Job + more);
        foreach (var command in (string[])["count", "find", "aggregate", "update", "delete"])
        {
            // More often than a command is tried again by itself.
            await stage.CommandAsync(
                "admin",
                $$"""{ "configureFailPoint": "failCommand", "mode": { "times": 3 }, "data": { "failCommands": ["{{command}}"], "errorCode": 91 } }"""
            );

            var result = await VerifyAsync(stage, Job + more);

            Assert.True(result.IsSame, $"{command}: {result}");
            Assert.Contains(stage.Told, t => t.Contains("tries again", StringComparison.Ordinal));
            stage.Told.Clear();
        }
    }

    private static async Task<VerifyResult> VerifyAsync(
        Stage stage,
        string yaml,
        CancellationToken? stop = null
    )
    {
        var settings = stage.Settings(yaml);
        var verifier = new SyncVerifier(
            settings,
            stage.Context(settings),
            (progress, text) => stage.Told.Enqueue($"{progress.Job}/{progress.Entity}: {text}")
        )
        {
            RangeSize = 500,
        };
        var job = settings.Jobs[0];
        return await verifier.RunAsync(job, job.Entities[0], false, stop ?? Stage.Ending);
    }
}

using System.Text.Json.Nodes;
using Weir.Testing;

namespace Weir.Sync.Tests.Program;

/// <summary>The commands of <c>weir sync</c>, with their exit codes.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-sync-").FullName;

    private string Config => Path.Combine(_folder, "sync.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_job_is_planned_run_looked_at_and_verified()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(1000));
        Write(stage);

        var plan = await WeirSync.RunAsync("plan", "--config", Config);
        Assert.Equal(0, plan.ExitCode);
        Assert.Contains(
            "j/customers: full, s:customers into d:crm.customers by _id",
            plan.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("about 1,000 records", plan.Output, StringComparison.Ordinal);
        Assert.Contains("never ran", plan.Output, StringComparison.Ordinal);
        Assert.Empty(await stage.FindAsync("crm", "weir.sync"));

        var run = await WeirSync.RunAsync("run", "--config", Config);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains(
            "j/customers: done; 1,000 read, 1,000 written, 0 deleted, 0 left out, 0 refused, ",
            run.Output,
            StringComparison.Ordinal
        );

        var status = await WeirSync.RunAsync("status", "--json", "--config", Config);
        var line = JsonNode.Parse(status.Output)!;
        Assert.Equal(("done", 1000), ((string?)line["state"], (int)line["counts"]!["written"]!));

        var verify = await WeirSync.RunAsync("verify", "j", "--config", Config);
        Assert.True(verify.ExitCode == 0, verify.Output);
        await stage.CommandAsync(
            "crm",
            """{ "delete": "customers", "deletes": [{ "q": { "_id": 7 }, "limit": 1 }] }"""
        );
        var differs = await WeirSync.RunAsync("verify", "j", "--config", Config);
        Assert.Equal(5, differs.ExitCode);
        Assert.Contains("missing: 7", differs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_tells_programs_what_it_does_as_JSON()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "customers", Documents.Numbered(10));
        Write(stage);

        var run = await WeirSync.RunAsync("run", "--json", "--config", Config);

        var result = JsonNode.Parse(run.Output.Split('\n')[^1])!;
        Assert.Equal(("result", "done"), ((string?)result["kind"], (string?)result["outcome"]));
        Assert.Equal(10, (int)result["counts"]!["written"]!);
    }

    [Fact]
    public async Task On_a_terminal_a_table_tells_how_far_each_entity_is()
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name => name == "insert" ? TimeSpan.FromMilliseconds(20) : null,
            }
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        Write(stage);
        await using var run = TerminalProgram.Start("sync", "run", "--config", Config);

        await run.SeeAsync("per second");
        await run.SeeAsync("copying");
        await run.SeeAsync("of about");
        await run.SeeAsync("j/customers │ done");

        Assert.Equal(0, await run.EndAsync());
        var status = await WeirSync.RunAsync("status", "--config", Config);
        Assert.Contains("│ j/customers │ done  │ 5,000 │   5,000 │", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_a_table_tells_how_far_a_verification_is()
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var stage = await SlowReadsAsync();
        Assert.Equal(0, (await WeirSync.RunAsync("run", "--config", Config)).ExitCode);
        await using var verify = TerminalProgram.Start("sync", "verify", "--config", Config);

        await verify.SeeAsync("of about");
        await verify.SeeAsync("j/customers │ verifying");
        await verify.SeeAsync("00:00:0");
        await verify.SeeAsync("j/customers: the same; 5,000 at the source, 5,000 at the destination");

        Assert.Equal(0, await verify.EndAsync());
    }

    [Fact]
    public async Task A_verification_tells_programs_how_far_it_is_as_JSON()
    {
        await using var stage = await SlowReadsAsync();
        Assert.Equal(0, (await WeirSync.RunAsync("run", "--config", Config)).ExitCode);

        var verify = await WeirSync.RunAsync("verify", "--json", "--config", Config);

        var lines = verify.Output.Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        var progress = lines.First(line =>
            (string?)line["kind"] == "progress" && (int)line["counts"]!["read"]! > 0
        );
        Assert.Equal(
            ("customers", "verifying"),
            ((string?)progress["entity"], (string?)progress["activity"])
        );
        Assert.Equal(5000, (int)progress["estimate"]!);
        Assert.InRange((int)progress["counts"]!["read"]!, 1, 5000);
        var result = lines[^1];
        Assert.Equal(("result", true), ((string?)result["kind"], (bool)result["same"]!));
        Assert.Equal((5000, 5000), ((int)result["source"]!, (int)result["destination"]!));
    }

    [Fact]
    public async Task Errors_of_the_file_end_it_with_1_and_name_their_lines()
    {
        await File.WriteAllTextAsync(Config, "destinations:\n  d: nonsense\n", Stage.Ending);

        var run = await WeirSync.RunAsync("run", "--config", Config);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("sync.yaml:2: destinations.d.uri: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("jobs: is missing", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fails_ends_with_2_and_says_why()
    {
        await using var stage = await Stage.StartAsync();
        Write(stage, "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200");

        var run = await WeirSync.RunAsync("run", "--config", Config);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("j/customers: failed: destination \"d\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_stops_a_run_in_order_and_resume_goes_on()
    {
        await using var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name => name == "insert" ? TimeSpan.FromMilliseconds(20) : null,
            }
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        Write(stage);
        await using var run = WeirSync.Start("run", "--config", Config);
        await Eventually.TrueAsync(() => stage.Sandbox.Primary!.CommandCount("insert") > 20);

        // As timeout(1) does: to the process, and to the group that it is in.
        run.Stop();
        run.Stop();

        Assert.Equal(4, await run.EndAsync());
        Assert.Contains(
            "interrupted",
            (await WeirSync.RunAsync("status", "--json", "--config", Config)).Output,
            StringComparison.Ordinal
        );
        var resumed = await WeirSync.RunAsync("resume", "--config", Config);
        Assert.True(resumed.ExitCode == 0, resumed.Output);
        var again = await WeirSync.RunAsync("resume", "--config", Config);
        Assert.Equal((0, "j/customers: nothing to resume"), (again.ExitCode, again.Output));
        Assert.Equal(5000, (await stage.FindAsync("crm", "customers")).Count);
    }

    // Chunks of a hundred take a verification two seconds and more.
    private async Task<Stage> SlowReadsAsync()
    {
        var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name => name == "getMore" ? TimeSpan.FromMilliseconds(50) : null,
            }
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(5000));
        Write(stage);
        return stage;
    }

    [Fact]
    public async Task A_run_that_is_cancelled_from_elsewhere_ends_with_3()
    {
        await using var stage = await Stage.StartAsync(
            new Weir.Sandbox.SandboxOptions
            {
                ReplicaSetName = "rs0",
                LatencyOf = name => name == "insert" ? TimeSpan.FromMilliseconds(20) : null,
            }
        );
        await stage.InsertAsync("shop", "customers", Documents.Numbered(50_000));
        Write(stage, lease: "3s");
        var before = stage.Sandbox.Primary!.CommandCount("insert");
        await using var run = WeirSync.Start("run", "--config", Config);
        await Eventually.TrueAsync(() => stage.Sandbox.Primary!.CommandCount("insert") > before + 20);

        var cancel = await WeirSync.RunAsync("cancel", "j", "--config", Config);

        Assert.Equal((0, "cancelled: j/customers"), (cancel.ExitCode, cancel.Output));
        Assert.Equal(3, await run.EndAsync());
        Assert.Contains(run.Lines, l => l.StartsWith("j/customers: cancelled", StringComparison.Ordinal));
    }

    private void Write(Stage stage, string? destination = null, string lease = "30s") =>
        File.WriteAllText(
            Config,
            $$"""
            destinations: { d: "{{destination ?? stage.Uri}}" }
            sources: { s: { mongodb: { uri: "{{stage.Uri}}", database: shop } } }
            limits: { lease: {{lease}} }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                chunkSize: 100
                retryFor: 1s
                entities: { customers: }
            """
        );
}

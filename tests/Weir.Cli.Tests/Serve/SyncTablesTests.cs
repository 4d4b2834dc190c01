using Weir.Cli.Serve;
using Weir.Pooling.Destinations;
using Weir.Proxy.Administration;
using Weir.Sandbox;
using Weir.Sync;
using Weir.Sync.Configuration;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;
using Weir.Testing;

namespace Weir.Cli.Tests.Serve;

public sealed class SyncTablesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-jobs-").FullName;
    private readonly ManualClock _clock = new();
    private readonly AdminDesk _desk = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_job_that_another_process_runs_is_shown_as_far_as_it_is()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs0" }
        );
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "people.jsonl"),
            ["""{"_id": 1}""", """{"_id": 2}"""],
            TestContext.Current.CancellationToken
        );
        var settings = Settings(sandbox.ConnectionString);
        await using var tables = new SyncTables(settings, _clock);
        tables.AddTo(_desk);
        await tables.Reading;
        Assert.Equal("new", Row("jobs", "state"));

        await RunAsync(settings);
        Assert.Equal("new", Row("jobs", "state"));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Row("jobs", "state");
        await tables.Reading;

        Assert.Equal("load/people", Row("jobs", "name"));
        Assert.Equal("done", Row("jobs", "state"));
        Assert.Equal("1.0", Row("jobs", "progress"));
        Assert.Equal("2", Row("jobs", "written"));
        Assert.Equal("open", Row("destinations", "state"));
    }

    [Fact]
    public async Task A_destination_that_cannot_be_asked_is_named_in_its_jobs_row()
    {
        await using var tables = new SyncTables(
            Settings("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"),
            _clock
        );
        tables.AddTo(_desk);
        await tables.Reading;

        Assert.Equal("unread", Row("jobs", "state"));
        Assert.Contains("127.0.0.1:1", Row("jobs", "error"), StringComparison.Ordinal);
    }

    private SyncSettings Settings(string uri) =>
        SyncFile.Parse(
            "sync.yaml",
            $$"""
            destinations: { d: "{{uri}}" }
            sources: { s: { files: { path: {{_folder}} } } }
            jobs:
              load: { source: s, destination: d, database: crm, mode: full, entities: { people: { from: people.jsonl } } }
            """
        );

    private static async Task RunAsync(SyncSettings settings)
    {
        await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        var runner = new SyncRunner(
            settings,
            new SourceContext(destinations, TimeProvider.System),
            (_, _) => { }
        );
        var entities = await runner.RunAsync(
            settings.Jobs,
            new RunOptions(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(EntityOutcome.Done, Assert.Single(entities).Result!.Outcome);
    }

    private string Row(string table, string column) =>
        Assert.Single(_desk.FindTable(table)!.Rows())[column].ToString()!.Trim('"');
}

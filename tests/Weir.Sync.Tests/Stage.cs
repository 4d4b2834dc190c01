using System.Collections.Concurrent;
using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Sync.Configuration;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Sync.Tests;

/// <summary>A sandbox that is source and destination, the destinations of this process, and runners on them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly SandboxDeployment? _sandbox;
    private readonly TimeProvider _time = TimeProvider.System;
    private DestinationRegistry? _registry;

    private Stage(SandboxDeployment sandbox)
    {
        _sandbox = sandbox;
        Uri = sandbox.ConnectionString;
    }

    /// <summary>A stage on a deployment that is there already, which the caller ends.</summary>
    public Stage(string uri, TimeProvider time)
    {
        Uri = uri;
        _time = time;
    }

    public SandboxDeployment Sandbox =>
        _sandbox ?? throw new InvalidOperationException("The deployment is not the stage's own.");

    public string Uri { get; }

    /// <summary>What runners told, as "job/entity: text".</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    public static CancellationToken Ending => TestContext.Current.CancellationToken;

    public static async Task<Stage> StartAsync(SandboxOptions? options = null) =>
        new(await SandboxDeployment.StartAsync(options ?? new SandboxOptions { ReplicaSetName = "rs0" }));

    /// <summary>Jobs from YAML, in which {uri} is the sandbox's connection string.</summary>
    public SyncSettings Settings(string yaml) =>
        SyncFile.Parse("sync.yaml", yaml.Replace("{uri}", Uri, StringComparison.Ordinal));

    public SourceContext Context(SyncSettings settings)
    {
        _registry ??= new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        return new SourceContext(_registry, _time);
    }

    public SyncRunner Runner(SyncSettings settings) =>
        new(
            settings,
            Context(settings),
            (progress, text) => Told.Enqueue($"{progress.Job}/{progress.Entity}: {text}")
        );

    public async Task<IReadOnlyList<EntityProgress>> RunAsync(string yaml, RunOptions? options = null)
    {
        var settings = Settings(yaml);
        return await Runner(settings).RunAsync(settings.Jobs, options ?? new RunOptions(), Ending);
    }

    /// <summary>Runs, and expects every entity to be done.</summary>
    public async Task<EntityProgress> RunToEndAsync(string yaml, RunOptions? options = null)
    {
        var results = await RunAsync(yaml, options);
        Assert.All(results, r => Assert.True(r.Result!.Outcome == EntityOutcome.Done, r.Result.ToString()));
        return results[0];
    }

    public async Task<BsonDocument> CommandAsync(string database, BsonDocument command)
    {
        await using var lease = await LeaseAsync();
        var outcome = await lease.Commands.RunAsync(new CommandRequest(database, command), Ending);
        return outcome.Reply;
    }

    public Task<BsonDocument> CommandAsync(string database, string json) =>
        CommandAsync(database, Weir.Protocol.Json.ExtendedJson.Parse(json));

    public async Task InsertAsync(string database, string collection, IEnumerable<BsonDocument> documents)
    {
        await using var lease = await LeaseAsync();
        foreach (var batch in documents.Chunk(1000))
        {
            byte[] bytes = [.. batch.SelectMany(d => d.ToBytes())];
            await lease.Commands.RunAsync(
                new CommandRequest(database, new BsonDocument { ["insert"] = collection })
                {
                    Sequence = new RawSequence("documents", bytes),
                },
                Ending
            );
        }
    }

    public async Task<List<BsonDocument>> FindAsync(
        string database,
        string collection,
        BsonDocument? filter = null
    )
    {
        await using var lease = await LeaseAsync();
        var command = new BsonDocument
        {
            ["find"] = collection,
            ["filter"] = filter ?? [],
            ["sort"] = new BsonDocument { ["_id"] = 1 },
        };
        var documents = new List<BsonDocument>();
        await using var cursor = await CommandCursor.OpenAsync(
            lease.Commands,
            new CommandRequest(database, command) { Kind = CommandKind.Read },
            null,
            Ending
        );
        while (await cursor.NextAsync(Ending) is { } document)
        {
            documents.Add(document);
        }
        return documents;
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }

    private DestinationRegistry? _own;

    // The tests' own look at the sandbox, apart from what is tested.
    private ValueTask<DestinationLease> LeaseAsync()
    {
        _own ??= new DestinationRegistry(
            new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["test"] = new() { ConnectionString = Uri },
                },
            }
        );
        return _own.LeaseAsync("test", Ending);
    }
}

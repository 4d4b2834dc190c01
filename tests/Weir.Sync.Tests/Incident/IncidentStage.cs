using System.Globalization;
using System.Text;
using Weir.Sandbox;
using Weir.Sync.Tests.Program;

namespace Weir.Sync.Tests.Incident;

/// <summary>
/// The incident's scene: a source, five destinations with pools of five, twenty jobs of fifty chunks, and
/// <c>weir sync</c> as processes that can be killed.
/// </summary>
internal sealed class IncidentStage : IAsyncDisposable
{
    public const int Jobs = 20;
    public const int Chunks = 50;
    public const int ChunkSize = 20;
    public const int PoolSize = 5;

    /// <summary>A write and a checkpoint for each chunk.</summary>
    public const int CommandsOfARun = 2 * Jobs * Chunks;

    /// <summary>A server's two monitoring connections are beside its pool.</summary>
    private const int MostConnections = PoolSize + 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("weir-incident-").FullName;
    private long _inserts;

    private IncidentStage(
        Stage source,
        SandboxDeployment[] destinations,
        Func<string, TimeSpan?>?[] latencies
    )
    {
        Source = source;
        Destinations = destinations;
        latencies[0] = SlowNowAndThen;
    }

    public Stage Source { get; }

    public IReadOnlyList<SandboxDeployment> Destinations { get; }

    public string Config => Path.Combine(_folder, "sync.yaml");

    /// <summary>The one that is stopped and started again.</summary>
    public SandboxDeployment Restarting => Destinations[1];

    /// <summary>The one whose pools close when nobody used them for half a second.</summary>
    public SandboxDeployment Idling => Destinations[4];

    public static async Task<IncidentStage> StartAsync()
    {
        var latencies = new Func<string, TimeSpan?>?[1];
        var source = await Stage.StartAsync();
        var destinations = new SandboxDeployment[5];
        for (var i = 0; i < destinations.Length; i++)
        {
            destinations[i] = await SandboxDeployment.StartAsync(
                new SandboxOptions
                {
                    ReplicaSetName = $"d{i}",
                    LatencyOf = i == 0 ? name => latencies[0]?.Invoke(name) : null,
                }
            );
        }
        var stage = new IncidentStage(source, destinations, latencies);
        for (var i = 0; i < Jobs; i++)
        {
            await source.InsertAsync(
                "shop",
                $"c{i}",
                Documents.Numbered(Chunks * ChunkSize, first: i * 10_000)
            );
        }
        await File.WriteAllTextAsync(stage.Config, stage.Yaml(), Stage.Ending);
        return stage;
    }

    /// <summary>The commands that the destinations have had so far and that move a run on.</summary>
    public long Commands =>
        Destinations.Sum(d =>
            d.Members[0].CommandCount("insert")
            + d.Members[0].CommandCount("update")
            + d.Members[0].CommandCount("findAndModify")
        );

    /// <summary>Waits until no process is connected to any destination.</summary>
    public Task QuietAsync() =>
        Eventually.TrueAsync(() => Destinations.All(d => d.Members[0].Connections.Current == 0));

    /// <summary>Holds every destination's connections, at any moment so far, to its pool's size.</summary>
    public void AssertConnections()
    {
        foreach (var destination in Destinations)
        {
            var counters = destination.Members[0].Connections;
            Assert.InRange(counters.Peak, 1, MostConnections);
            Assert.Equal(0, counters.Refused);
        }
    }

    /// <summary>Holds what a process said to the incident: nothing failed, and nothing was used after it was closed.</summary>
    public static void AssertNothingClosed(IEnumerable<string> lines)
    {
        string[] forbidden =
        [
            "Topology is closed",
            "ObjectDisposed",
            "disposed object",
            "PoolClosed",
            "Unhandled",
            ": failed",
        ];
        Assert.DoesNotContain(
            lines,
            line => forbidden.Any(text => line.Contains(text, StringComparison.OrdinalIgnoreCase))
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var destination in Destinations)
        {
            await destination.DisposeAsync();
        }
        await Source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // A chunk in about forty takes a third of a second, while its neighbours go on.
    private TimeSpan? SlowNowAndThen(string command) =>
        command is "insert" or "update" && Interlocked.Increment(ref _inserts) % 40 == 0
            ? TimeSpan.FromMilliseconds(300)
            : null;

    // Every other job keeps its own _id and is swapped in whole; the others go into the live collection by another key,
    // where a document that was written twice would show.
    private string Yaml()
    {
        var yaml = new StringBuilder("destinations:\n");
        for (var i = 0; i < Destinations.Count; i++)
        {
            yaml.Append(
                CultureInfo.InvariantCulture,
                $"  d{i}: {{ uri: \"{Destinations[i].ConnectionString}&maxPoolSize={PoolSize}&serverSelectionTimeoutMS=1000\", idle: 500ms }}\n"
            );
        }
        yaml.Append(
            CultureInfo.InvariantCulture,
            $"sources:\n  s: {{ mongodb: {{ uri: \"{Source.Uri}\", database: shop }} }}\n"
        );
        yaml.Append(CultureInfo.InvariantCulture, $"limits: {{ entities: {Jobs}, lease: 2s }}\njobs:\n");
        for (var i = 0; i < Jobs; i++)
        {
            var (mode, entity) =
                i % 2 == 0
                    ? ("full", "{ into: orders }")
                    : (
                        "incremental",
                        "{ into: orders, key: name, watermark: group, transforms: [ { drop: _id } ] }"
                    );
            yaml.Append(
                CultureInfo.InvariantCulture,
                $"  j{i}: {{ source: s, destination: d{i % 5}, database: db{i}, mode: {mode}, schedule: every 2s, chunkSize: {ChunkSize}, concurrency: 2, retryFor: 60s, entities: {{ c{i}: {entity} }} }}\n"
            );
        }
        return yaml.ToString();
    }
}

using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Sources;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>What the phases of an entity's run share. Thread-safe.</summary>
internal sealed class EntityWork
{
    private long _refused;

    public required SyncJob Job { get; init; }

    public required SyncEntity Entity { get; init; }

    public required ISyncSource Source { get; init; }

    /// <summary>The live collection.</summary>
    public required LeasedCollection Live { get; init; }

    public required EntityHold Hold { get; init; }

    public required ByteBudget Budget { get; init; }

    public required Retry Retry { get; init; }

    public required TimeProvider Time { get; init; }

    public required EntityProgress Progress { get; init; }

    public required DeadLetters Letters { get; init; }

    public BatchSize Size { get; } = new();

    public void BeginCounting(long refusedBefore) => _refused = refusedBefore;

    public Chunk NewChunk() => new(Budget, Job.ChunkSize, Job.ChunkBytes);

    /// <summary>Writes a chunk and its dead letters, trying again where that may help.</summary>
    /// <exception cref="SyncException">More records were refused than the job allows.</exception>
    public async ValueTask<Counts> WriteAsync(
        ChunkWriter writer,
        Chunk fetched,
        RecordPipeline pipeline,
        CancellationToken cancellationToken
    )
    {
        using var made = NewChunk();
        var chunk = pipeline.Apply(fetched, made);
        var outcome = await Retry.RunAsync(token => writer.WriteAsync(chunk, token), cancellationToken);
        IReadOnlyList<Refusal> refused =
            outcome.Refused.Count == 0 ? chunk.Refusals : [.. chunk.Refusals, .. outcome.Refused];
        if (refused.Count > 0)
        {
            await Retry.RunAsync(token => Letters.AddAsync(refused, token), cancellationToken);
            var all = Interlocked.Add(ref _refused, refused.Count);
            if (all > Job.MaxRefused)
            {
                throw new SyncException(
                    $"{all} records were refused, more than maxRefused ({Job.MaxRefused}); the last: {refused[^1].Reason} (see {DeadLetters.CollectionName})"
                );
            }
        }
        return new Counts(
            fetched.Count,
            outcome.Written,
            outcome.Deleted,
            pipeline.LeftOut,
            refused.Count,
            fetched.Bytes
        );
    }

    /// <summary>Writes fields of the checkpoint, trying again where that may help.</summary>
    public ValueTask SaveAsync(BsonDocument fields, CancellationToken cancellationToken) =>
        Retry.RunAsync(token => Hold.SaveAsync(fields, token), cancellationToken);
}

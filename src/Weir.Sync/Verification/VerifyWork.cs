using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Runs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>What comparing an entity needs. Thread-safe.</summary>
internal sealed class VerifyWork
{
    // A batch that fills it still comes in a frame whose buffer is of a mebibyte.
    private const int LargestChunk = 15 << 16;

    public required SyncJob Job { get; init; }

    public required SyncEntity Entity { get; init; }

    public required ISyncSource Source { get; init; }

    public required LeasedCollection Destination { get; init; }

    public required ByteBudget Budget { get; init; }

    public required Retry Retry { get; init; }

    public required TimeProvider Time { get; init; }

    public required EntityProgress Progress { get; init; }

    /// <summary>Hears what a user may want to know.</summary>
    public required Action<string> Tell { get; init; }

    // Nothing is written of them: smaller ones are as fast, and twice as many are held as when copying.
    public Chunk NewChunk() => new(Budget, Job.ChunkSize, Math.Min(Job.ChunkBytes, LargestChunk));

    /// <summary>The comparison begins here, after what an earlier process compared.</summary>
    public void Begin(long before, long? estimate)
    {
        if (before > 0)
        {
            Tell($"goes on: {before} records were compared");
        }
        Progress.Begin(new Counts(before, 0, 0, 0, 0, 0), estimate, Time.GetTimestamp());
        Progress.Activity = EntityProgress.Verifying;
    }

    /// <summary>Counts records of the source that were compared, refused ones and those left out too.</summary>
    public void Compared(Chunk chunk) => Progress.Add(new Counts(chunk.Count, 0, 0, 0, 0, chunk.Bytes));

    public RecordStream SourceOf(IdRange range) => Stream(((MongoSource)Source).ReadRange(range, null), true);

    public RecordStream SourceOf(BsonDocument part, BsonDocument? position) =>
        Stream(Source.Read(part, position), true);

    /// <summary>The destination's documents, in the order of <c>_id</c>.</summary>
    public RecordStream DestinationOf(BsonDocument filter)
    {
        var query = new MongoQuery(
            new SyncEntity
            {
                Name = "",
                From = Destination.Name,
                Into = "",
            }
        );
        var reader = new MongoReader(
            Destination,
            (after, size) =>
                query.Command(
                    after is null
                        ? filter
                        : new BsonDocument
                        {
                            ["$and"] = new BsonArray { filter, after },
                        },
                    MongoQuery.ById,
                    batchSize: size
                ),
            document => After(document),
            null
        );
        return Stream(reader, false);
    }

    private RecordStream Stream(ISourceReader reader, bool isSource) =>
        new(reader, isSource ? new RecordPipeline(Entity, Job.Mode, false) : null, NewChunk, Retry);

    // Only for going on after a failure, and within one kind of _id, as the filter is.
    private static BsonDocument After(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Find("_id"u8);
        return new BsonDocument { ["_id"] = new BsonDocument { ["$gt"] = reader.GetValue() } };
    }
}

using System.Globalization;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sync.Leases;

namespace Weir.Sync.Checkpoints;

/// <summary>
/// The checkpoints of a database, in its collection <c>weir.sync</c>. Every write asks for a majority and for the
/// writer's fence, so that nobody who has lost an entity can write to its checkpoint. Thread-safe.
/// </summary>
internal sealed class CheckpointStore(DestinationLease lease, string database)
{
    public const string CollectionName = "weir.sync";

    private const int DuplicateKey = 11000;

    private readonly LeasedCollection _collection = new(lease, database, CollectionName);

    public async ValueTask<Checkpoint?> FindAsync(
        string job,
        string entity,
        CancellationToken cancellationToken
    ) =>
        await _collection.FirstAsync(ById(job, entity), null, null, cancellationToken) is { } document
            ? Checkpoint.Parse(document)
            : null;

    /// <summary>Takes the entity for a runner, under a new fence; <see langword="null"/>: another has it.</summary>
    public async ValueTask<Checkpoint?> AcquireAsync(
        string job,
        string entity,
        string runner,
        TimeSpan length,
        CancellationToken cancellationToken
    )
    {
        await EnsureAsync(job, entity, cancellationToken);
        // The server's clock counts, so that those of the runners' hosts need not agree.
        var isFree = new BsonDocument
        {
            ["$expr"] = new BsonDocument
            {
                ["$lt"] = new BsonArray { "$leaseUntil", "$$NOW" },
            },
        };
        var query = ById(job, entity);
        query["$or"] = new BsonArray
        {
            isFree,
            new BsonDocument { ["leaseUntil"] = BsonValue.Null },
            new BsonDocument { ["runner"] = runner },
        };
        var set = new BsonDocument
        {
            ["runner"] = runner,
            ["fence"] = new BsonDocument
            {
                ["$add"] = new BsonArray { "$fence", 1L },
            },
            ["leaseUntil"] = In(length),
            ["cancel"] = false,
        };
        var reply = await _collection.WriteAsync(
            new BsonDocument
            {
                ["findAndModify"] = CollectionName,
                ["query"] = query,
                ["update"] = new BsonArray { new BsonDocument { ["$set"] = set } },
                ["new"] = true,
                ["writeConcern"] = LeasedCollection.Majority,
            },
            null,
            cancellationToken
        );
        return reply.GetValueOrDefault("value") is { IsDocument: true } value
            ? Checkpoint.Parse(value.AsDocument)
            : null;
    }

    /// <summary>Keeps the entity for longer; <see langword="false"/>: it is lost, or to be cancelled.</summary>
    public ValueTask<bool> RenewAsync(
        string job,
        string entity,
        long fence,
        TimeSpan length,
        CancellationToken cancellationToken
    )
    {
        var query = Mine(job, entity, fence);
        query["cancel"] = new BsonDocument { ["$ne"] = true };
        var update = new BsonArray
        {
            new BsonDocument { ["$set"] = new BsonDocument { ["leaseUntil"] = In(length) } },
        };
        return UpdateAsync(query, update, cancellationToken);
    }

    /// <summary>Writes fields, whatever they were before, by compare-and-set on the fence; <see langword="false"/>: it is lost.</summary>
    public ValueTask<bool> SaveAsync(
        string job,
        string entity,
        long fence,
        BsonDocument fields,
        CancellationToken cancellationToken
    ) => UpdateAsync(Mine(job, entity, fence), new BsonDocument { ["$set"] = fields }, cancellationToken);

    /// <summary>Asks whoever runs the entity to stop; <see langword="false"/>: nobody has an unfinished run of it.</summary>
    public ValueTask<bool> RequestCancelAsync(string job, string entity, CancellationToken cancellationToken)
    {
        var query = ById(job, entity);
        query["run"] = new BsonDocument { ["$type"] = "object" };
        var update = new BsonDocument { ["$set"] = new BsonDocument { ["cancel"] = true } };
        return UpdateAsync(query, update, cancellationToken);
    }

    /// <summary>The names of a run's part, within the checkpoint.</summary>
    public static string PartField(int part, string field) =>
        string.Create(CultureInfo.InvariantCulture, $"run.parts.{part}.{field}");

    private async ValueTask EnsureAsync(string job, string entity, CancellationToken cancellationToken)
    {
        if (await FindAsync(job, entity, cancellationToken) is not null)
        {
            return;
        }
        var fresh = new BsonDocument
        {
            ["_id"] = Checkpoint.IdOf(job, entity),
            ["job"] = job,
            ["entity"] = entity,
            ["state"] = nameof(EntityState.New),
            ["fence"] = 0L,
            ["leaseUntil"] = BsonValue.Null,
        };
        var command = new BsonDocument
        {
            ["insert"] = CollectionName,
            ["writeConcern"] = LeasedCollection.Majority,
        };
        var reply = await _collection.WriteAsync(
            command,
            new RawSequence("documents", fresh.ToBytes()),
            cancellationToken
        );
        if (WriteFailure.First(reply) is { } failure && failure.Code != DuplicateKey)
        {
            throw new CheckpointException(
                $"the checkpoint of {job}/{entity} cannot be made: {failure.Message}"
            );
        }
    }

    private async ValueTask<bool> UpdateAsync(
        BsonDocument query,
        BsonValue update,
        CancellationToken cancellationToken
    )
    {
        var statement = new BsonDocument { ["q"] = query, ["u"] = update };
        var command = new BsonDocument
        {
            ["update"] = CollectionName,
            ["writeConcern"] = LeasedCollection.Majority,
        };
        var reply = await _collection.WriteAsync(
            command,
            new RawSequence("updates", statement.ToBytes()),
            cancellationToken
        );
        if (WriteFailure.First(reply) is { } failure)
        {
            throw new CheckpointException($"a checkpoint cannot be written: {failure.Message}");
        }
        return reply["n"].ToInt64() == 1;
    }

    private static BsonDocument In(TimeSpan length) =>
        new()
        {
            ["$add"] = new BsonArray { "$$NOW", (long)length.TotalMilliseconds },
        };

    private static BsonDocument ById(string job, string entity) =>
        new() { ["_id"] = Checkpoint.IdOf(job, entity) };

    private static BsonDocument Mine(string job, string entity, long fence) =>
        new() { ["_id"] = Checkpoint.IdOf(job, entity), ["fence"] = fence };
}

using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Leases;

namespace Weir.Sync.Verification;

/// <summary>How far a verification is, beside the checkpoint of what it verifies.</summary>
internal sealed class VerifyStore(LeasedCollection anyCollection, string job, string entity)
{
    private readonly LeasedCollection _collection = anyCollection.Sibling(CheckpointStore.CollectionName);

    private BsonDocument Id => new() { ["_id"] = $"verify {Checkpoint.IdOf(job, entity)}" };

    /// <summary>A verification of this definition that was not finished; <see langword="null"/>: there is none.</summary>
    public async ValueTask<BsonDocument?> LoadAsync(string definition, CancellationToken cancellationToken)
    {
        var state = await _collection.FirstAsync(Id, null, null, cancellationToken);
        return state?.GetValueOrDefault("definition") == (BsonValue)definition ? state : null;
    }

    /// <summary>In place of whatever was noted before.</summary>
    public ValueTask BeginAsync(string definition, BsonDocument state, CancellationToken cancellationToken) =>
        UpdateAsync(new BsonDocument(state) { ["definition"] = definition }, cancellationToken);

    public ValueTask SaveAsync(BsonDocument fields, CancellationToken cancellationToken) =>
        UpdateAsync(new BsonDocument { ["$set"] = fields }, cancellationToken);

    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        var statement = new BsonDocument { ["q"] = Id, ["limit"] = 1 };
        await _collection.WriteAsync(
            new BsonDocument { ["delete"] = _collection.Name, ["writeConcern"] = LeasedCollection.Majority },
            new RawSequence("deletes", statement.ToBytes()),
            cancellationToken
        );
    }

    private async ValueTask UpdateAsync(BsonDocument update, CancellationToken cancellationToken)
    {
        var statement = new BsonDocument
        {
            ["q"] = Id,
            ["u"] = update,
            ["upsert"] = true,
        };
        var reply = await _collection.WriteAsync(
            new BsonDocument { ["update"] = _collection.Name, ["writeConcern"] = LeasedCollection.Majority },
            new RawSequence("updates", statement.ToBytes()),
            cancellationToken
        );
        if (WriteFailure.First(reply) is { } failure)
        {
            throw new Runs.WriteTroubleException($"the verification cannot be noted: {failure.Message}");
        }
    }
}

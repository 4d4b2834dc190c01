using System.Globalization;
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

    /// <summary>The ranges of a verification that was not finished; <see langword="null"/>: there is none.</summary>
    public async ValueTask<List<VerifiedRange>?> LoadAsync(
        string definition,
        CancellationToken cancellationToken
    )
    {
        var state = await _collection.FirstAsync(Id, null, null, cancellationToken);
        return state is not null && state.GetValueOrDefault("definition") == (BsonValue)definition
            ? [.. state["ranges"].AsArray.Select(r => VerifiedRange.Parse(r.AsDocument))]
            : null;
    }

    public ValueTask BeginAsync(
        string definition,
        IReadOnlyList<VerifiedRange> ranges,
        CancellationToken cancellationToken
    )
    {
        var fields = new BsonDocument
        {
            ["definition"] = definition,
            ["ranges"] = new BsonArray(ranges.Select(r => (BsonValue)r.ToBson())),
        };
        return UpdateAsync(fields, cancellationToken);
    }

    public ValueTask SaveAsync(int index, VerifiedRange range, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ranges.{index}");
        return UpdateAsync(new BsonDocument { [name] = range.ToBson() }, cancellationToken);
    }

    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        var statement = new BsonDocument { ["q"] = Id, ["limit"] = 1 };
        await _collection.WriteAsync(
            new BsonDocument { ["delete"] = _collection.Name, ["writeConcern"] = LeasedCollection.Majority },
            new RawSequence("deletes", statement.ToBytes()),
            cancellationToken
        );
    }

    private async ValueTask UpdateAsync(BsonDocument fields, CancellationToken cancellationToken)
    {
        var statement = new BsonDocument
        {
            ["q"] = Id,
            ["u"] = new BsonDocument { ["$set"] = fields },
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

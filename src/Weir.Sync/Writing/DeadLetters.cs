using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Leases;

namespace Weir.Sync.Writing;

/// <summary>
/// The records that could not be written, in the collection <c>weir.dead_letters</c> beside the data, each with the
/// reason. The same record of the same entity is there once.
/// </summary>
internal sealed class DeadLetters(
    LeasedCollection anyCollection,
    string job,
    string entity,
    TimeProvider time
)
{
    public const string CollectionName = "weir.dead_letters";

    // With the letter's own fields it has to stay within what a document may have.
    private const int LargestRecord = 15 << 20;

    private readonly LeasedCollection _collection = anyCollection.Sibling(CollectionName);

    public async ValueTask AddAsync(IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken)
    {
        foreach (var refusal in refusals)
        {
            using var statements = new StatementWriter(["_id"]);
            statements.TryUpsert(Letter(refusal).ToBytes());
            var command = new BsonDocument
            {
                ["update"] = CollectionName,
                ["writeConcern"] = LeasedCollection.Majority,
            };
            var reply = await _collection.WriteAsync(
                command,
                new RawSequence("updates", statements.Written),
                cancellationToken
            );
            if (WriteFailure.First(reply) is { } failure)
            {
                throw new Runs.WriteTroubleException($"a dead letter cannot be written: {failure.Message}");
            }
        }
    }

    /// <summary>Forgets those of earlier runs.</summary>
    public async ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        var statement = new BsonDocument
        {
            ["q"] = new BsonDocument { ["job"] = job, ["entity"] = entity },
            ["limit"] = 0,
        };
        var command = new BsonDocument
        {
            ["delete"] = CollectionName,
            ["writeConcern"] = LeasedCollection.Majority,
        };
        await _collection.RunAsync(
            new BsonDocument(command) { ["deletes"] = new BsonArray { statement } },
            cancellationToken
        );
    }

    private BsonDocument Letter(Refusal refusal)
    {
        var record = refusal.Record;
        // The same record, refused again after a resume, has the same number.
        var hash = SHA256.HashData([
            .. Encoding.UTF8.GetBytes($"{job}\n{entity}\n{refusal.Reason}\n"),
            .. record,
        ]);
        return new BsonDocument
        {
            ["_id"] = new BsonBinary(BsonBinary.Generic, hash[..16]),
            ["job"] = job,
            ["entity"] = entity,
            ["reason"] = refusal.Reason,
            ["code"] = refusal.Code,
            ["at"] = time.GetUtcNow().UtcDateTime,
            ["record"] = record.Length is 0 or > LargestRecord ? BsonValue.Null : BsonDocument.Parse(record),
        };
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>What a bulkWrite answers: sums, and an entry for each operation.</summary>
internal sealed class BulkResult(bool errorsOnly)
{
    private long errors;
    private long inserted;
    private long matched;
    private long modified;
    private long upserted;
    private long deleted;

    public List<BsonDocument> Entries { get; } = [];

    public void Add(int index, OpCounter kind, StatementOutcome outcome)
    {
        var done = outcome.Done ?? new StatementRecord(0);
        var upserts = done.Upserted is null ? 0 : 1;
        inserted += kind == OpCounter.Insert ? done.Count : 0;
        matched += kind == OpCounter.Update ? done.Count - upserts : 0;
        modified += done.Modified;
        upserted += upserts;
        deleted += kind == OpCounter.Delete ? done.Count : 0;
        errors += outcome.Error is null ? 0 : 1;
        if (outcome.Error is null && errorsOnly)
        {
            return;
        }

        var entry = new BsonDocument { ["ok"] = outcome.Error is null ? 1.0 : 0.0, ["idx"] = index };
        if (outcome.Error is { } error)
        {
            entry["code"] = error.Code;
            foreach (var element in error.Extra ?? [])
            {
                entry[element.Name] = element.Value;
            }

            entry["errmsg"] = error.Message;
        }

        entry["n"] = CountCommands.Number(done.Count);
        if (kind == OpCounter.Update)
        {
            entry["nModified"] = CountCommands.Number(done.Modified);
        }

        if (done.Upserted is { } id)
        {
            entry["upserted"] = new BsonDocument { ["_id"] = id };
        }

        Entries.Add(entry);
    }

    public BsonDocument Summary() =>
        new()
        {
            ["nErrors"] = CountCommands.Number(errors),
            ["nInserted"] = CountCommands.Number(inserted),
            ["nMatched"] = CountCommands.Number(matched),
            ["nModified"] = CountCommands.Number(modified),
            ["nUpserted"] = CountCommands.Number(upserted),
            ["nDeleted"] = CountCommands.Number(deleted),
        };
}

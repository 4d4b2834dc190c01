using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Collects what the statements of a write command did, and answers with it.</summary>
internal sealed class WriteReply
{
    private readonly BsonArray errors = [];
    private readonly BsonArray upserted = [];
    private readonly BsonArray retried = [];

    public long Count { get; private set; }

    public long Modified { get; private set; }

    public void Add(int index, StatementRecord done)
    {
        Count += done.Count;
        Modified += done.Modified;
        if (done.Upserted is { } id)
        {
            upserted.Add(new BsonDocument { ["index"] = index, ["_id"] = id });
        }
    }

    public void Add(int index, StatementOutcome outcome)
    {
        if (outcome.Done is { } done)
        {
            Add(index, done);
        }

        if (outcome.Error is { } error)
        {
            Add(index, error);
        }

        if (outcome.Retried is { } statement)
        {
            retried.Add(statement);
        }
    }

    public void Add(int index, CommandError error)
    {
        var entry = new BsonDocument { ["index"] = index, ["code"] = error.Code };
        foreach (var element in error.Extra ?? [])
        {
            entry[element.Name] = element.Value;
        }

        entry["errmsg"] = error.Message;
        errors.Add(entry);
    }

    public BsonDocument ToDocument(bool isUpdate)
    {
        var reply = new BsonDocument { ["n"] = CountCommands.Number(Count) };
        if (isUpdate)
        {
            reply["nModified"] = CountCommands.Number(Modified);
            if (upserted.Count > 0)
            {
                reply["upserted"] = upserted;
            }
        }

        if (errors.Count > 0)
        {
            reply["writeErrors"] = Sorted(errors);
        }

        if (retried.Count > 0)
        {
            reply["retriedStmtIds"] = retried;
        }

        return reply;
    }

    private static BsonArray Sorted(BsonArray errors) =>
        [.. errors.OrderBy(error => error.AsDocument["index"].AsInt32)];
}

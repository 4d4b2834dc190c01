using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// One bulk of writes: cut into commands of one kind each that a server accepts, sent one after the other, and what
/// they did added up.
/// </summary>
internal sealed class BulkWrite(
    CommandRunner runner,
    CommandCollection collection,
    bool ordered,
    CommandSession? session
)
{
    // What a server accepts in a command: 100,000 statements, and 16 MiB with room for what stands beside them.
    private const int MaxStatements = 100_000;
    private const int MaxBytes = 16 * 1024 * 1024 - 16 * 1024;

    private readonly List<WriteFailure> _failures = [];
    private readonly Dictionary<int, BsonValue> _upserted = [];
    private BsonDocument? _concernError;
    private long _inserted;
    private long _matched;
    private long _modified;
    private long _deleted;

    private bool IsStopped => ordered && _failures.Count > 0;

    /// <exception cref="WriteException">Some failed.</exception>
    public async Task<BulkWriteResult> RunAsync(
        IEnumerable<Write> writes,
        CancellationToken cancellationToken
    )
    {
        foreach (var batch in Cut(InOrder(writes)))
        {
            await SendAsync(batch, cancellationToken);
            if (IsStopped)
            {
                break;
            }
        }
        var result = new BulkWriteResult
        {
            Inserted = _inserted,
            Matched = _matched,
            Modified = _modified,
            Deleted = _deleted,
            Upserted = _upserted,
        };
        return _failures.Count == 0 && _concernError is null
            ? result
            : throw new WriteException(
                $"{collection.Database}.{collection.Name}",
                _failures,
                _concernError,
                result
            );
    }

    // Where the order is free, writes of a kind stand together, and those that can be tried again.
    private IEnumerable<(Write Write, int Index)> InOrder(IEnumerable<Write> writes)
    {
        var numbered = writes.Select(static (write, index) => (write, index));
        return ordered ? numbered : numbered.OrderBy(static w => (w.write.Kind, w.write.IsMulti));
    }

    private static IEnumerable<List<(Write Write, int Index)>> Cut(
        IEnumerable<(Write Write, int Index)> writes
    )
    {
        var batch = new List<(Write Write, int Index)>();
        var bytes = 0;
        foreach (var item in writes)
        {
            var size = BsonSize.Of(item.Write.Statement) + 16;
            var fits =
                batch.Count == 0
                || batch[0].Write.Kind == item.Write.Kind
                    && batch[0].Write.IsMulti == item.Write.IsMulti
                    && batch.Count < MaxStatements
                    && bytes + size <= MaxBytes;
            if (!fits)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
            batch.Add(item);
            bytes += size;
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task SendAsync(List<(Write Write, int Index)> batch, CancellationToken cancellationToken)
    {
        var (name, field) = batch[0].Write.Kind switch
        {
            WriteKind.Insert => ("insert", "documents"),
            WriteKind.Update => ("update", "updates"),
            _ => ("delete", "deletes"),
        };
        var command = new BsonDocument
        {
            [name] = collection.Name,
            [field] = new BsonArray(batch.Select(static w => (BsonValue)w.Write.Statement)),
        };
        if (!ordered)
        {
            command["ordered"] = false;
        }
        runner.AddWriteConcern(command, session);
        var outcome = await runner.RunAsync(
            new CommandRequest(collection.Database, command)
            {
                Kind = CommandKind.Write,
                IsRetryable = !batch[0].Write.IsMulti,
                Session = session,
            },
            cancellationToken
        );
        Add(outcome.Reply, batch);
    }

    private void Add(BsonDocument reply, List<(Write Write, int Index)> batch)
    {
        var n = reply.GetValueOrDefault("n") is { IsNumber: true } counted ? counted.ToInt64() : 0;
        var upserted = reply.GetValueOrDefault("upserted") is { IsArray: true } ids ? ids.AsArray : [];
        foreach (var item in upserted)
        {
            _upserted[batch[item.AsDocument["index"].ToInt32()].Index] = item.AsDocument["_id"];
        }
        switch (batch[0].Write.Kind)
        {
            case WriteKind.Insert:
                _inserted += n;
                break;
            case WriteKind.Update:
                _matched += n - upserted.Count;
                _modified += reply.GetValueOrDefault("nModified") is { IsNumber: true } m ? m.ToInt64() : 0;
                break;
            default:
                _deleted += n;
                break;
        }
        if (reply.GetValueOrDefault("writeErrors") is { IsArray: true } errors)
        {
            foreach (var error in errors.AsArray)
            {
                var told = error.AsDocument;
                _failures.Add(
                    new WriteFailure(
                        batch[told["index"].ToInt32()].Index,
                        told.GetValueOrDefault("code") is { IsNumber: true } code ? code.ToInt32() : 0,
                        told.GetValueOrDefault("errmsg") is { IsString: true } text ? text.AsString : ""
                    )
                );
            }
        }
        if (reply.GetValueOrDefault("writeConcernError") is { IsDocument: true } concern)
        {
            _concernError = concern.AsDocument;
        }
    }
}

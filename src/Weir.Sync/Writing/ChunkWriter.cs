using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Leases;
using Weir.Sync.Runs;

namespace Weir.Sync.Writing;

/// <summary>
/// Writes chunks by unordered upserts and deletes by key, in bounded batches. Writing a chunk twice comes to the same
/// as writing it once. One per part.
/// </summary>
internal sealed class ChunkWriter : IDisposable
{
    private const int DuplicateKey = 11000;
    private const int BatchBytes = 8 << 20;

    private readonly LeasedCollection _collection;
    private readonly EntityHold _hold;
    private readonly BatchSize _size;
    private readonly TimeProvider _time;
    private readonly StatementWriter _statements;
    private readonly List<Entry> _batch = [];
    private bool _insertsFirst;
    private Chunk? _chunk;
    private List<Refusal> _refused = [];
    private long _written;
    private long _deleted;

    /// <param name="collection">Where to write.</param>
    /// <param name="key">The fields that tell documents apart.</param>
    /// <param name="isFresh">
    /// Whether hardly any document is there yet: then inserts go first, which are cheaper, and only what is there
    /// already is written by upserts.
    /// </param>
    /// <param name="hold">Looked at before every command.</param>
    /// <param name="size">The size of batches, shared by an entity's writers.</param>
    /// <param name="time">The clock.</param>
    public ChunkWriter(
        LeasedCollection collection,
        IReadOnlyList<string> key,
        bool isFresh,
        EntityHold hold,
        BatchSize size,
        TimeProvider time
    )
    {
        _collection = collection;
        _hold = hold;
        _size = size;
        _time = time;
        _statements = new StatementWriter(key);
        _insertsFirst = isFresh && key is ["_id"];
    }

    /// <summary>Writes the whole chunk.</summary>
    /// <exception cref="WriteTroubleException">Some of it could not be written now.</exception>
    /// <inheritdoc cref="Pooling.Commands.CommandRunner.RunAsync"/>
    public async ValueTask<WriteOutcome> WriteAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        _chunk = chunk;
        _refused = [];
        _written = _deleted = 0;
        try
        {
            for (var next = 0; next < chunk.Entries.Count; )
            {
                next =
                    _insertsFirst && chunk.IsPutsOnly
                        ? await InsertAsync(next, cancellationToken)
                        : await UpsertAsync(next, cancellationToken);
            }
            return new WriteOutcome(_written, _deleted, _refused);
        }
        catch (Exception e) when (Failures.IsWorthRetrying(e))
        {
            _size.Trouble();
            throw;
        }
        finally
        {
            _chunk = null;
        }
    }

    public void Dispose() => _statements.Dispose();

    // The documents stand one after the other in the chunk: they go out as they are.
    private async ValueTask<int> InsertAsync(int first, CancellationToken cancellationToken)
    {
        var chunk = _chunk!;
        var entries = chunk.Entries;
        var next = first;
        var bytes = 0;
        while (
            next < entries.Count
            && next - first < _size.Current
            && (next == first || bytes + entries[next].Length <= BatchBytes)
        )
        {
            if (_statements.Problem(chunk[entries[next]]) is not null)
            {
                break;
            }
            bytes += entries[next++].Length;
        }
        if (next == first)
        {
            return await UpsertAsync(first, cancellationToken, most: 1);
        }
        var documents = chunk.Raw.Slice(entries[first].Offset, bytes);
        var reply = await SendAsync(
            "insert",
            new RawSequence("documents", documents),
            next - first,
            cancellationToken
        );
        var failed = Sort(WriteFailure.All(reply), i => entries[first + i]);
        _written += next - first - failed.Count;
        if (failed.Count > (next - first) / 4)
        {
            // It is not so fresh after all: a run that was resumed, say.
            _insertsFirst = false;
        }
        await RepeatAsync(failed, cancellationToken);
        return next;
    }

    private async ValueTask<int> UpsertAsync(
        int first,
        CancellationToken cancellationToken,
        int most = int.MaxValue
    )
    {
        var chunk = _chunk!;
        var entries = chunk.Entries;
        var kind = entries[first].Kind;
        var next = first;
        _statements.Clear();
        _batch.Clear();
        // Puts and deletes go in their order, each in commands of its own.
        while (
            next < entries.Count
            && entries[next].Kind == kind
            && _batch.Count < Math.Min(_size.Current, most)
            && (_batch.Count == 0 || _statements.Length + entries[next].Length <= BatchBytes)
        )
        {
            var document = chunk[entries[next]];
            var problem =
                kind == EntryKind.Put ? _statements.TryUpsert(document) : _statements.TryDelete(document);
            if (problem is null)
            {
                _batch.Add(entries[next]);
            }
            else
            {
                _refused.Add(new Refusal(problem, 0, document.ToArray()));
            }
            next++;
            if (next - first >= most)
            {
                break;
            }
        }
        if (_batch.Count > 0)
        {
            await SendStatementsAsync(kind, cancellationToken);
        }
        return next;
    }

    private async ValueTask SendStatementsAsync(EntryKind kind, CancellationToken cancellationToken)
    {
        var (command, field) = kind == EntryKind.Put ? ("update", "updates") : ("delete", "deletes");
        var batch = _batch.ToArray();
        var sequence = new RawSequence(field, _statements.Written);
        var reply = await SendAsync(command, sequence, batch.Length, cancellationToken);
        var failed = Sort(WriteFailure.All(reply), i => batch[i]);
        if (kind == EntryKind.Put)
        {
            _written += batch.Length - failed.Count;
        }
        else
        {
            _deleted += reply["n"].ToInt64();
        }
        await RepeatAsync(failed, cancellationToken);
    }

    // One by one. A duplicate key is either the same document, which the upsert replaces, or two writers that made it at
    // the same moment, of whom one comes second now; what is left then is another unique index's refusal.
    private async ValueTask RepeatAsync(
        List<(Entry Entry, WriteFailure Failure)> failed,
        CancellationToken cancellationToken
    )
    {
        foreach (var (entry, failure) in failed)
        {
            var document = _chunk![entry].ToArray();
            if (failure.Code != DuplicateKey)
            {
                _refused.Add(new Refusal(failure.Message, failure.Code, document));
                continue;
            }
            _statements.Clear();
            if (_statements.TryUpsert(document) is { } problem)
            {
                _refused.Add(new Refusal(problem, 0, document));
                continue;
            }
            var sequence = new RawSequence("updates", _statements.Written);
            var reply = await SendAsync("update", sequence, 1, cancellationToken);
            if (Sort(WriteFailure.All(reply), _ => entry) is [var (_, again)])
            {
                _refused.Add(new Refusal(again.Message, again.Code, document));
            }
            else
            {
                _written++;
            }
        }
    }

    private async ValueTask<BsonDocument> SendAsync(
        string name,
        RawSequence sequence,
        int statements,
        CancellationToken cancellationToken
    )
    {
        _hold.RequireTime();
        var command = new BsonDocument
        {
            [name] = _collection.Name,
            ["ordered"] = false,
            ["writeConcern"] = LeasedCollection.Majority,
        };
        var began = _time.GetTimestamp();
        var reply = await _collection.WriteAsync(command, sequence, cancellationToken, isRetryable: false);
        _size.Answered(statements, _time.GetElapsedTime(began));
        return reply;
    }

    // The statements that the destination does not take; what may pass fails the whole attempt.
    private static List<(Entry Entry, WriteFailure Failure)> Sort(
        IEnumerable<WriteFailure> failures,
        Func<int, Entry> entryOf
    )
    {
        var failed = new List<(Entry, WriteFailure)>();
        foreach (var failure in failures)
        {
            if (failure.Index < 0 || Failures.IsTransientCode(failure.Code))
            {
                throw new WriteTroubleException(
                    $"the destination could not write everything: {failure.Message}"
                );
            }
            failed.Add((entryOf(failure.Index), failure));
        }
        return failed;
    }
}

using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Leases;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>
/// Reads a part by one cursor, batches passed on as they come. After a failure, and after a resume, a new cursor goes
/// on after the last document.
/// </summary>
internal sealed class MongoReader : ISourceReader
{
    private readonly LeasedCollection _collection;
    private readonly Func<BsonDocument?, int, BsonDocument> _command;
    private readonly Func<ReadOnlySpan<byte>, BsonDocument> _positionOf;
    private readonly BatchTaker _take;

    // The cursor sends it with every getMore, as it is then.
    private readonly BsonDocument _getMore = [];
    private CommandCursor? _cursor;
    private BsonDocument? _position;
    private Chunk? _chunk;
    private long _records;
    private long _bytes;

    /// <param name="collection">Where to read.</param>
    /// <param name="command">The command that reads what comes after a position, with a batch size.</param>
    /// <param name="positionOf">The position after a document.</param>
    /// <param name="position">Where to begin.</param>
    public MongoReader(
        LeasedCollection collection,
        Func<BsonDocument?, int, BsonDocument> command,
        Func<ReadOnlySpan<byte>, BsonDocument> positionOf,
        BsonDocument? position
    )
    {
        _collection = collection;
        _command = command;
        _positionOf = positionOf;
        _position = position;
        _take = Take;
    }

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        _chunk = chunk;
        try
        {
            _cursor ??= await _collection.OpenAsync(
                _command(_position, BatchSize(chunk)),
                _take,
                _getMore,
                cancellationToken
            );
            while (HasRoom(chunk))
            {
                _getMore["batchSize"] = BatchSize(chunk);
                if (!await _cursor.ReadBatchAsync(cancellationToken))
                {
                    return false;
                }
            }
            return true;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
        finally
        {
            _chunk = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cursor is { } cursor)
        {
            _cursor = null;
            await cursor.DisposeAsync();
        }
    }

    // Not for the last few bytes, which would cost a round trip for hardly any document.
    private static bool HasRoom(Chunk chunk) =>
        !chunk.IsFull && (chunk.Count == 0 || chunk.MaxBytes - chunk.Bytes > chunk.MaxBytes / 16);

    // No more documents in a batch than the chunk has room for, as far as the ones before tell their size.
    private int BatchSize(Chunk chunk)
    {
        var records = Math.Max(1, chunk.MaxRecords - chunk.Count);
        return _records == 0
            ? Math.Min(records, 100)
            : (int)Math.Clamp((chunk.MaxBytes - chunk.Bytes) / Math.Max(1, _bytes / _records), 1, records);
    }

    private void Take(ReadOnlySpan<byte> batch)
    {
        var chunk = _chunk!;
        var reader = new BsonReader(batch);
        ReadOnlySpan<byte> last = default;
        while (reader.Read())
        {
            last = reader.GetDocument();
            chunk.Add(last);
            _records++;
            _bytes += last.Length;
        }
        if (!last.IsEmpty)
        {
            _position = _positionOf(last);
            chunk.Position = _position;
        }
    }
}

using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Leases;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>
/// Reads a collection's change stream. It has no end: a call comes back when there were changes, or when there were none
/// for a moment, with the position either way.
/// </summary>
/// <remarks>The change streams specification: after a failure it goes on after the last token.</remarks>
internal sealed class ChangeReader : ISourceReader
{
    private const int WaitMilliseconds = 1000;
    private const int InvalidResumeToken = 260;
    private const int ChangeStreamFatal = 280;
    private const int HistoryLost = 286;

    private readonly LeasedCollection _collection;
    private readonly BatchTaker _take;
    private CommandCursor? _cursor;
    private BsonValue _token;
    private Chunk? _chunk;
    private string? _end;

    public ChangeReader(LeasedCollection collection, BsonValue token)
    {
        _collection = collection;
        _token = token;
        _take = Take;
    }

    /// <summary>Where a stream that is opened now begins.</summary>
    public static async ValueTask<BsonValue> NowAsync(
        LeasedCollection collection,
        CancellationToken cancellationToken
    )
    {
        await using var cursor = await collection.OpenAsync(
            Command(collection, default, 0),
            null,
            null,
            cancellationToken
        );
        return cursor.PostBatchResumeToken is { IsDocument: true } token
            ? token
            : throw new SourceException(
                $"{collection.Database}.{collection.Name} cannot be followed: the server gives no resume token"
            );
    }

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        _chunk = chunk;
        try
        {
            if (_cursor is null)
            {
                var getMore = new BsonDocument
                {
                    ["batchSize"] = chunk.MaxRecords,
                    ["maxTimeMS"] = WaitMilliseconds,
                };
                var command = Command(_collection, _token, chunk.MaxRecords);
                _cursor = await _collection.OpenAsync(command, _take, getMore, cancellationToken);
            }
            if (chunk.Count == 0 && !await _cursor.ReadBatchAsync(cancellationToken))
            {
                _end ??= "the server ended the stream";
            }
            if (chunk.Count == 0 && _end is { } end)
            {
                throw new SourceException(
                    $"{_collection.Database}.{_collection.Name}: {end}; begin again with --restart once it is there"
                );
            }
            // The server's own token moves on even where nothing of this collection changed.
            if (_end is null && _cursor.PostBatchResumeToken is { IsDocument: true } token)
            {
                _token = token;
            }
            chunk.Position = new BsonDocument { ["token"] = _token };
            return true;
        }
        catch (CommandException e) when (e.Code is HistoryLost or ChangeStreamFatal or InvalidResumeToken)
        {
            await DisposeAsync();
            throw new HistoryLostException(e);
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

    private static BsonDocument Command(LeasedCollection collection, BsonValue token, int batchSize)
    {
        var stage = new BsonDocument { ["fullDocument"] = "updateLookup" };
        if (token.IsDocument)
        {
            stage["resumeAfter"] = token;
        }
        return new BsonDocument
        {
            ["aggregate"] = collection.Name,
            ["pipeline"] = new BsonArray { new BsonDocument { ["$changeStream"] = stage } },
            ["cursor"] = new BsonDocument { ["batchSize"] = batchSize },
        };
    }

    private void Take(ReadOnlySpan<byte> batch)
    {
        var events = new BsonReader(batch);
        while (events.Read())
        {
            Take(events.GetDocument(), _chunk!);
        }
    }

    private void Take(ReadOnlySpan<byte> change, Chunk chunk)
    {
        var kind = "";
        ReadOnlySpan<byte> document = default;
        ReadOnlySpan<byte> key = default;
        var reader = new BsonReader(change);
        while (reader.Read())
        {
            if (reader.NameEquals("_id"u8))
            {
                _token = reader.GetValue();
            }
            else if (reader.NameEquals("operationType"u8))
            {
                kind = reader.GetString();
            }
            else if (reader.NameEquals("fullDocument"u8) && reader.Type == BsonType.Document)
            {
                document = reader.GetDocument();
            }
            else if (reader.NameEquals("documentKey"u8) && reader.Type == BsonType.Document)
            {
                key = reader.GetDocument();
            }
        }
        switch (kind)
        {
            case "insert" or "replace" or "update" when !document.IsEmpty:
                chunk.Add(document);
                break;
            // An update of what is deleted by now: the deletion comes later, and is the same.
            case "update" or "delete":
                chunk.AddDelete(key);
                break;
            case "drop" or "rename" or "dropDatabase" or "invalidate":
                _end ??= $"the collection cannot be followed any further ({kind})";
                break;
            default:
                // Indexes made, shards moved: nothing that concerns documents.
                break;
        }
    }
}

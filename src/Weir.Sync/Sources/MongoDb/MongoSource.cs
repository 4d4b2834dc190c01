using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>A collection, or what an aggregation makes of it.</summary>
internal sealed class MongoSource(DestinationLease lease, LeasedCollection collection, SyncEntity entity)
    : ISyncSource,
        IKeyLookup
{
    private readonly MongoQuery _query = new(entity);

    public LeasedCollection Collection => collection;

    public async ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken)
    {
        BsonValue? highest = null;
        if (entity.Watermark is { } watermark)
        {
            highest = await HighestAsync(watermark.Field, cancellationToken);
            if (request.Since is { } since)
            {
                BsonDocument[] changed = highest is { } until
                    ? [new BsonDocument { ["since"] = since, ["until"] = until }]
                    : [];
                return new SourcePlan(changed) { Watermark = highest };
            }
        }
        long? estimate = _query.IsWhole ? await collection.EstimateAsync(cancellationToken) : null;
        var size = estimate ?? (entity.Pipeline is null ? long.MaxValue : 0);
        var parts = (int)Math.Clamp(size / request.ChunkSize, 1, request.Parts);
        var ranges = await new MongoSplitter(collection, _query).SplitAsync(
            parts,
            isOneWhole: true,
            cancellationToken
        );
        return new SourcePlan([.. ranges.Select(r => r.ToPart())])
        {
            Estimate = estimate,
            Watermark = highest,
        };
    }

    public ISourceReader Read(BsonDocument part, BsonDocument? position) =>
        part.Contains("since") ? ReadChanged(part, position) : ReadRange(IdRange.Parse(part), position);

    public async ValueTask<IReadOnlyList<bool>> ExistAsync(
        IReadOnlyList<BsonDocument> keys,
        CancellationToken cancellationToken
    )
    {
        var projection = new BsonDocument(entity.Key.Select(k => new BsonElement(k, 1)));
        if (!entity.Key.Contains("_id"))
        {
            projection["_id"] = 0;
        }
        var command = _query.Command(KeyText.AnyOf(keys), [], projection: projection);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await using var cursor = await collection.OpenAsync(command, null, null, cancellationToken);
        while (await cursor.NextAsync(cancellationToken) is { } document)
        {
            found.Add(KeyText.Of(document, entity.Key));
        }
        return [.. keys.Select(key => found.Contains(KeyText.Of(key, entity.Key)))];
    }

    public ValueTask DisposeAsync() => lease.DisposeAsync();

    internal MongoReader ReadRange(IdRange range, BsonDocument? position) =>
        new(
            collection,
            (after, size) =>
                _query.Command(
                    range.Filter(after is null ? (BsonValue?)null : after["_id"]),
                    MongoQuery.ById,
                    batchSize: size
                ),
            document => new BsonDocument { ["_id"] = IdOf(document) },
            position
        );

    // Sorted by the watermark, whose index finds what changed. Documents may share a value, so that a resume begins
    // with the value and not after it.
    private MongoReader ReadChanged(BsonDocument part, BsonDocument? position)
    {
        var field = entity.Watermark!.Field;
        return new(
            collection,
            (after, size) =>
                _query.Command(
                    new BsonDocument
                    {
                        [field] = new BsonDocument
                        {
                            ["$gte"] = after is null ? part["since"] : after["at"],
                            ["$lte"] = part["until"],
                        },
                    },
                    new BsonDocument { [field] = 1 },
                    batchSize: size
                ),
            document => new BsonDocument
            {
                ["at"] = Transforms.Field.TryGet(BsonDocument.Parse(document), field, out var at)
                    ? at
                    : default,
            },
            position
        );
    }

    private async ValueTask<BsonValue?> HighestAsync(string field, CancellationToken cancellationToken)
    {
        // Times and numbers only: what else a field may hold is no watermark.
        var filter = new BsonDocument
        {
            [field] = new BsonDocument
            {
                ["$type"] = new BsonArray { "date", "number", "timestamp" },
            },
        };
        var command = _query.Command(
            filter,
            new BsonDocument { [field] = -1 },
            limit: 1,
            projection: new BsonDocument { [field] = 1 }
        );
        await using var cursor = await collection.OpenAsync(command, null, null, cancellationToken);
        return
            await cursor.NextAsync(cancellationToken) is { } document
            && Transforms.Field.TryGet(document, field, out var highest)
            ? highest
            : (BsonValue?)null;
    }

    private static BsonValue IdOf(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        return reader.Find("_id"u8)
            ? reader.GetValue()
            : throw new SourceException(
                "a document of the source has no _id: keep it in the pipeline's result"
            );
    }
}

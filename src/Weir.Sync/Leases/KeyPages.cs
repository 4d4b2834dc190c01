using Weir.Protocol.Bson;

namespace Weir.Sync.Leases;

/// <summary>The keys of a collection's documents, page by page in the order of <c>_id</c>. For one caller.</summary>
internal sealed class KeyPages(LeasedCollection collection, IReadOnlyList<string> key)
{
    private const int PageSize = 500;

    private BsonValue? _after;

    /// <summary>The next page: documents of the key fields; none at the end. A call that failed can be repeated.</summary>
    public async ValueTask<IReadOnlyList<BsonDocument>> NextAsync(CancellationToken cancellationToken)
    {
        var projection = new BsonDocument(key.Select(k => new BsonElement(k, 1))) { ["_id"] = 1 };
        var command = new BsonDocument
        {
            ["find"] = collection.Name,
            ["filter"] = Filter(),
            ["sort"] = new BsonDocument { ["_id"] = 1 },
            ["projection"] = projection,
            ["limit"] = PageSize,
            ["batchSize"] = PageSize,
        };
        var keys = new List<BsonDocument>();
        var last = _after;
        await using (var cursor = await collection.OpenAsync(command, null, null, cancellationToken))
        {
            while (await cursor.NextAsync(cancellationToken) is { } document)
            {
                last = document["_id"];
                keys.Add(
                    new BsonDocument(key.Select(k => new BsonElement(k, document.GetValueOrDefault(k))))
                );
            }
        }
        _after = last;
        return keys;
    }

    // By $expr, which compares across the kinds of _id that a plain comparison keeps apart.
    private BsonDocument Filter()
    {
        if (_after is not { } after)
        {
            return [];
        }
        var literal = new BsonDocument { ["$literal"] = after };
        return new BsonDocument
        {
            ["$expr"] = new BsonDocument
            {
                ["$gt"] = new BsonArray { "$_id", literal },
            },
        };
    }
}

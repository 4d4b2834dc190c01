using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Sources;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>Deletes the documents whose keys the source has no more, page by page through the destination.</summary>
internal sealed class ComparePass(EntityWork work)
{
    private const int PageSize = 500;

    public async ValueTask<Counts> RunAsync(CancellationToken cancellationToken)
    {
        var lookup = (IKeyLookup)work.Source;
        var deleted = 0L;
        using var writer = new ChunkWriter(
            work.Live,
            work.Entity.Key,
            isFresh: false,
            work.Hold,
            work.Size,
            work.Time
        );
        BsonValue? after = null;
        while (true)
        {
            var (keys, last) = await work.Retry.RunAsync(token => PageAsync(after, token), cancellationToken);
            if (keys.Count == 0)
            {
                return new Counts(0, 0, deleted, 0, 0, 0);
            }
            after = last;
            var exist = await work.Retry.RunAsync(token => lookup.ExistAsync(keys, token), cancellationToken);
            using var chunk = work.NewChunk();
            for (var i = 0; i < keys.Count; i++)
            {
                if (!exist[i])
                {
                    chunk.AddDelete(keys[i].ToBytes());
                }
            }
            var outcome = await work.Retry.RunAsync(
                token => writer.WriteAsync(chunk, token),
                cancellationToken
            );
            deleted += outcome.Deleted;
            work.Progress.Add(new Counts(0, 0, outcome.Deleted, 0, 0, 0));
        }
    }

    // By $expr, which compares across the kinds of _id that a plain comparison keeps apart.
    private async ValueTask<(List<BsonDocument> Keys, BsonValue Last)> PageAsync(
        BsonValue? after,
        CancellationToken cancellationToken
    )
    {
        var projection = new BsonDocument(work.Entity.Key.Select(k => new BsonElement(k, 1))) { ["_id"] = 1 };
        var filter = after is { } last
            ? new BsonDocument
            {
                ["$expr"] = new BsonDocument
                {
                    ["$gt"] = new BsonArray
                    {
                        "$_id",
                        new BsonDocument { ["$literal"] = last },
                    },
                },
            }
            : [];
        var command = new BsonDocument
        {
            ["find"] = work.Live.Name,
            ["filter"] = filter,
            ["sort"] = new BsonDocument { ["_id"] = 1 },
            ["projection"] = projection,
            ["limit"] = PageSize,
            ["batchSize"] = PageSize,
        };
        var keys = new List<BsonDocument>();
        var end = BsonValue.Null;
        await using var cursor = await work.Live.OpenAsync(command, null, null, cancellationToken);
        while (await cursor.NextAsync(cancellationToken) is { } document)
        {
            end = document["_id"];
            keys.Add(
                new BsonDocument(
                    work.Entity.Key.Select(k => new BsonElement(k, document.GetValueOrDefault(k)))
                )
            );
        }
        return (keys, end);
    }
}

using Weir.Protocol.Bson;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>The commands that read an entity: a find with its filter, or an aggregation with its pipeline.</summary>
internal sealed class MongoQuery(SyncEntity entity)
{
    public static readonly BsonDocument ById = new() { ["_id"] = 1 };
    public static readonly BsonDocument ByIdDown = new() { ["_id"] = -1 };

    /// <summary>Whether the collection's own count is the number of records.</summary>
    public bool IsWhole => entity.Pipeline is null && entity.Filter is null;

    public BsonDocument Command(
        BsonDocument filter,
        BsonDocument sort,
        int? limit = null,
        BsonDocument? projection = null,
        int? batchSize = null
    ) =>
        entity.Pipeline is { } pipeline
            ? Aggregate(pipeline, filter, sort, limit, projection, batchSize)
            : Find(filter, sort, limit, projection, batchSize);

    /// <summary>Some <c>_id</c>s by chance, in order. Of the collection: what the filter leaves is assumed to be spread alike.</summary>
    public BsonDocument Sample(int size)
    {
        var stages = new BsonArray(entity.Pipeline ?? [])
        {
            new BsonDocument { ["$sample"] = new BsonDocument { ["size"] = size } },
            new BsonDocument { ["$project"] = ById },
            new BsonDocument { ["$sort"] = ById },
        };
        return Aggregation(stages, null);
    }

    private BsonDocument Find(
        BsonDocument filter,
        BsonDocument sort,
        int? limit,
        BsonDocument? projection,
        int? batchSize
    )
    {
        var command = new BsonDocument { ["find"] = entity.From, ["filter"] = Both(entity.Filter, filter) };
        if (sort.Count > 0)
        {
            command["sort"] = sort;
        }
        if (projection is not null)
        {
            command["projection"] = projection;
        }
        if (limit is { } most)
        {
            command["limit"] = most;
        }
        if (batchSize is { } size)
        {
            command["batchSize"] = size;
        }
        return command;
    }

    private BsonDocument Aggregate(
        BsonArray pipeline,
        BsonDocument filter,
        BsonDocument sort,
        int? limit,
        BsonDocument? projection,
        int? batchSize
    )
    {
        var stages = new BsonArray(pipeline) { new BsonDocument { ["$match"] = filter } };
        if (sort.Count > 0)
        {
            stages.Add(new BsonDocument { ["$sort"] = sort });
        }
        if (limit is { } most)
        {
            stages.Add(new BsonDocument { ["$limit"] = most });
        }
        if (projection is not null)
        {
            stages.Add(new BsonDocument { ["$project"] = projection });
        }
        return Aggregation(stages, batchSize);
    }

    private BsonDocument Aggregation(BsonArray stages, int? batchSize)
    {
        var cursor = new BsonDocument();
        if (batchSize is { } size)
        {
            cursor["batchSize"] = size;
        }
        return new BsonDocument
        {
            ["aggregate"] = entity.From,
            ["pipeline"] = stages,
            ["cursor"] = cursor,
            ["allowDiskUse"] = true,
        };
    }

    private static BsonDocument Both(BsonDocument? one, BsonDocument other)
    {
        if (one is null || one.Count == 0)
        {
            return other;
        }
        return other.Count == 0
            ? one
            : new BsonDocument
            {
                ["$and"] = new BsonArray { one, other },
            };
    }
}

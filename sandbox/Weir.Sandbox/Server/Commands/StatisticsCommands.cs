using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>collStats and dbStats: the figures that a store in memory has.</summary>
internal static class StatisticsCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new("collStats", CommandTraits.Reads, Collection, "scale") { Aliases = ["collstats"] },
            new("dbStats", CommandTraits.Reads, Database, "scale") { Aliases = ["dbstats"] },
        ];

    private static Reply Collection(CommandContext context)
    {
        var scale = Scale(context);
        var found = context.Data.Statistics(context.Database, context.Collection);
        var reply = new BsonDocument { ["ns"] = context.Namespace };
        reply["size"] = (found?.Bytes ?? 0) / scale;
        reply["count"] = found?.Count ?? 0;
        if (found is { Count: > 0 })
        {
            reply["avgObjSize"] = found.Bytes / found.Count;
        }

        reply["storageSize"] = (found?.Bytes ?? 0) / scale;
        reply["nindexes"] = found?.Indexes ?? 0;
        reply["capped"] = found?.IsCapped ?? false;
        reply["scaleFactor"] = scale;
        return reply;
    }

    private static Reply Database(CommandContext context)
    {
        var scale = Scale(context);
        long objects = 0;
        long bytes = 0;
        long indexes = 0;
        var collections = context.Data.ListCollections(context.Database, null, nameOnly: true);
        foreach (var collection in collections)
        {
            if (context.Data.Statistics(context.Database, collection["name"].AsString) is { } found)
            {
                objects += found.Count;
                bytes += found.Bytes;
                indexes += found.Indexes;
            }
        }

        return new BsonDocument
        {
            ["db"] = context.Database,
            ["collections"] = (long)collections.Count,
            ["views"] = 0L,
            ["objects"] = objects,
            ["avgObjSize"] = objects == 0 ? 0.0 : (double)bytes / objects,
            ["dataSize"] = (double)bytes / scale,
            ["storageSize"] = (double)bytes / scale,
            ["indexes"] = indexes,
            ["scaleFactor"] = scale,
        };
    }

    private static long Scale(CommandContext context) =>
        context.Arguments.Int64("scale") switch
        {
            null => 1,
            > 0 and var scale => scale,
            _ => throw CommandError.BadValue("scale has to be > 0"),
        };
}

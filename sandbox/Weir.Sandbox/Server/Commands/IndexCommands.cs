using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>Indexes: create, drop, list.</summary>
internal static class IndexCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "createIndexes",
                CommandTraits.Writes | CommandTraits.InTransaction | CommandTraits.ApiV1,
                Create,
                "indexes",
                "commitQuorum"
            ),
            new("dropIndexes", CommandTraits.Writes | CommandTraits.ApiV1, Drop, "index")
            {
                Aliases = ["deleteIndexes"],
            },
            new("listIndexes", CommandTraits.Reads | CommandTraits.ApiV1, List, "cursor"),
        ];

    private static Reply Create(CommandContext context)
    {
        var indexes = context.Arguments.RequiredDocuments("indexes");
        var result = context.Data.CreateIndexes(context.Database, context.Collection, indexes);
        var reply = new BsonDocument
        {
            ["numIndexesBefore"] = result.Before,
            ["numIndexesAfter"] = result.After,
            ["createdCollectionAutomatically"] = result.CreatedCollection,
        };
        if (result.AllExisted)
        {
            reply["note"] = "all indexes already exist";
        }

        return reply;
    }

    private static Reply Drop(CommandContext context)
    {
        var index = context.Arguments.Has("index")
            ? context.Arguments.Raw("index")
            : throw context.Arguments.Missing("index");
        return new BsonDocument
        {
            ["nIndexesWas"] = context.Data.DropIndexes(context.Database, context.Collection, index),
        };
    }

    private static Reply List(CommandContext context)
    {
        var size = Batches.SizeOf(context.Arguments.Document("cursor"));
        var indexes = new ListCursor(context.Data.ListIndexes(context.Database, context.Collection));
        return Batches.First(
            context,
            Batches.Open(context, indexes, context.Namespace),
            size ?? long.MaxValue
        );
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>count and distinct.</summary>
internal static class CountCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "count",
                CommandTraits.Reads | CommandTraits.ApiV1,
                Count,
                "query",
                "limit",
                "skip",
                "hint",
                "collation",
                "fields"
            ),
            new(
                "distinct",
                CommandTraits.Reads | CommandTraits.InTransaction,
                Distinct,
                "key",
                "query",
                "collation",
                "hint"
            ),
        ];

    private static Reply Count(CommandContext context)
    {
        var arguments = context.Arguments;
        var query = arguments.Document("query") ?? [];
        var limit = Math.Abs(arguments.Int64("limit") ?? 0);
        var skip = arguments.Count("skip") ?? 0;
        var isWhole = query.Count == 0 && limit == 0 && skip == 0 && !arguments.Has("hint");
        var count = isWhole
            ? context.Data.CountAll(context.Database, context.Collection)
            : context.Data.Count(
                context.Database,
                context.Collection,
                new CountSpec
                {
                    Filter = query,
                    Limit = limit,
                    Skip = skip,
                    Hint = arguments.Raw("hint"),
                    Collation = arguments.Document("collation"),
                }
            );
        return new BsonDocument { ["n"] = Number(count) };
    }

    private static Reply Distinct(CommandContext context)
    {
        var arguments = context.Arguments;
        arguments.Refuse("hint");
        var values = context.Data.Distinct(
            context.Database,
            context.Collection,
            arguments.RequiredString("key"),
            arguments.Document("query") ?? [],
            arguments.Document("collation")
        );
        var reply = new BsonDocument { ["values"] = values };
        return reply.ToBytes().Length <= ServerLimits.MaxDocumentSize
            ? reply
            : throw new CommandError(17217, "distinct too big, 16mb cap");
    }

    /// <summary>An int32 where it fits, as drivers expect counts to be.</summary>
    public static BsonValue Number(long value) => value <= int.MaxValue ? (BsonValue)(int)value : value;
}

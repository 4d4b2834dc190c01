using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>find.</summary>
internal static class FindCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "find",
                CommandTraits.Reads | CommandTraits.InTransaction | CommandTraits.ApiV1,
                Run,
                "filter",
                "projection",
                "sort",
                "skip",
                "limit",
                "batchSize",
                "singleBatch",
                "hint",
                "collation",
                "let",
                "tailable",
                "awaitData",
                "noCursorTimeout",
                "allowDiskUse",
                "allowPartialResults",
                "oplogReplay",
                "max",
                "min",
                "returnKey",
                "showRecordId"
            )
            {
                Counter = OpCounter.Query,
            },
        ];

    private static Reply Run(CommandContext context)
    {
        var arguments = context.Arguments;
        arguments.Refuse("max", "min");
        arguments.RefuseFlag("returnKey");
        arguments.RefuseFlag("showRecordId");
        var isTailable = arguments.Flag("tailable");
        if (arguments.Flag("awaitData") && !isTailable)
        {
            throw CommandError.FailedToParse("Cannot set 'awaitData' without also setting 'tailable'");
        }

        var isSingle = arguments.Flag("singleBatch");
        if (isTailable && isSingle)
        {
            throw CommandError.FailedToParse("cannot use tailable option with the 'singleBatch' option");
        }

        var specification = new FindSpec
        {
            Filter = arguments.Document("filter") ?? [],
            Projection = arguments.Document("projection"),
            Sort = arguments.Document("sort"),
            Skip = arguments.Count("skip") ?? 0,
            Limit = arguments.Count("limit") ?? 0,
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = arguments.Document("let"),
            Tailable = isTailable,
        };
        var size = arguments.Count("batchSize");
        var source = context.Data.Find(context.Database, context.Collection, specification);
        return Batches.First(context, Batches.Open(context, source, context.Namespace), size, isSingle);
    }
}

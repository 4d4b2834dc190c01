using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>findAndModify.</summary>
internal static class FindAndModifyCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "findAndModify",
                CommandTraits.Writes
                    | CommandTraits.InTransaction
                    | CommandTraits.Retryable
                    | CommandTraits.ApiV1,
                RunAsync,
                "query",
                "sort",
                "remove",
                "update",
                "new",
                "fields",
                "upsert",
                "bypassDocumentValidation",
                "arrayFilters",
                "hint",
                "collation",
                "let",
                "stmtId"
            )
            {
                Aliases = ["findandmodify"],
                Counter = OpCounter.Command,
            },
        ];

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var statement = (int)(context.Arguments.Int64("stmtId") ?? 0);
        if (context.IsRetryableWrite && context.Session!.FindStatement(statement)?.Reply is { } before)
        {
            var again = before.Clone();
            again["retriedStmtId"] = statement;
            return again;
        }

        var specification = Parse(context.Arguments);
        var (result, error) = await Statements.WithoutConflictAsync(
            context,
            () => Run(context, specification),
            static outcome => outcome.Error?.IsWriteConflict == true
        );
        if (error is not null)
        {
            throw error;
        }

        var reply = Answer(result!, specification.Remove);
        if (context.IsRetryableWrite)
        {
            context.Session!.Record(statement, new StatementRecord(result!.Count, Reply: reply.Clone()));
        }

        return reply;
    }

    private static (FindAndModifyResult? Result, CommandError? Error) Run(
        CommandContext context,
        FindAndModifySpec specification
    )
    {
        try
        {
            return (context.Data.FindAndModify(context.Database, context.Collection, specification), null);
        }
        catch (CommandError error)
        {
            return (null, error);
        }
    }

    private static FindAndModifySpec Parse(Arguments arguments)
    {
        var remove = arguments.Flag("remove");
        var isNew = arguments.Flag("new");
        var upsert = arguments.Flag("upsert");
        if (remove == arguments.Has("update"))
        {
            throw CommandError.FailedToParse(
                remove
                    ? "Cannot specify both an update and remove=true"
                    : "Either an update or remove=true must be specified"
            );
        }

        if (remove && (isNew || upsert))
        {
            throw CommandError.FailedToParse(
                isNew
                    ? "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document"
                    : "Cannot specify both upsert=true and remove=true"
            );
        }

        return new FindAndModifySpec
        {
            Filter = arguments.Document("query") ?? [],
            Sort = arguments.Document("sort"),
            Remove = remove,
            Update = arguments.Raw("update"),
            New = isNew,
            Upsert = upsert,
            Projection = arguments.Document("fields"),
            ArrayFilters = arguments.Array("arrayFilters"),
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = arguments.Document("let"),
        };
    }

    private static BsonDocument Answer(FindAndModifyResult result, bool removed)
    {
        var last = new BsonDocument { ["n"] = result.Count };
        if (!removed)
        {
            last["updatedExisting"] = result.UpdatedExisting;
        }

        if (result.Upserted is { } id)
        {
            last["upserted"] = id;
        }

        return new BsonDocument { ["lastErrorObject"] = last, ["value"] = result.Value };
    }
}

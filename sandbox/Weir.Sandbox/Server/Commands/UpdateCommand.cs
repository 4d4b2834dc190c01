using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>update.</summary>
internal static class UpdateCommand
{
    private static readonly FrozenSet<string> statementFields = FrozenSet.Create(
        "q",
        "u",
        "c",
        "multi",
        "upsert",
        "arrayFilters",
        "sort",
        "hint",
        "collation"
    );

    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "update",
                CommandTraits.Writes
                    | CommandTraits.InTransaction
                    | CommandTraits.Retryable
                    | CommandTraits.ApiV1,
                RunAsync,
                "updates",
                "ordered",
                "bypassDocumentValidation",
                "let",
                "stmtId",
                "stmtIds"
            )
            {
                Counter = OpCounter.Update,
            },
        ];

    public static StatementOutcome UpdateOne(
        CommandContext context,
        string database,
        string collection,
        UpdateStatement statement
    )
    {
        if (context.IsRetryableWrite && statement.Multi)
        {
            throw new CommandError(72, "InvalidOptions", "Cannot use retryable writes with multi=true");
        }

        var result = context.Data.Update(database, collection, [statement]);
        var id = result.Upserted.Count > 0 ? result.Upserted[0].Id : (BsonValue?)null;
        var done = new StatementRecord(result.Matched + result.Upserted.Count, result.Modified, id);
        return new StatementOutcome(done, result.Errors.Count > 0 ? result.Errors[0].Error : null);
    }

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var updates = context.Arguments.RequiredDocuments("updates");
        context.Member.OpCounters.Add(OpCounter.Update, updates.Count - 1);
        var collection = context.Collection;
        var let = context.Arguments.Document("let");
        var statements = updates.ConvertAll(update => Parse(update, let));
        var reply = new WriteReply();
        await Statements.RunAsync(
            context,
            statements.Count,
            index => UpdateOne(context, context.Database, collection, statements[index]),
            reply.Add
        );
        return reply.ToDocument(isUpdate: true);
    }

    private static UpdateStatement Parse(BsonDocument update, BsonDocument? let)
    {
        var arguments = new Arguments(update, "update.updates");
        arguments.RefuseUnknown(statementFields);
        var variables = let;
        if (arguments.Document("c") is { } constants)
        {
            variables = [.. let ?? [], .. constants];
        }

        return new UpdateStatement
        {
            Filter = arguments.RequiredDocument("q"),
            Update = arguments.Has("u") ? arguments.Raw("u") : throw arguments.Missing("u"),
            Multi = arguments.Flag("multi"),
            Upsert = arguments.Flag("upsert"),
            ArrayFilters = arguments.Array("arrayFilters"),
            Sort = arguments.Document("sort"),
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = variables,
        };
    }
}

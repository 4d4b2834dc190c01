using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>delete.</summary>
internal static class DeleteCommand
{
    private static readonly FrozenSet<string> statementFields = FrozenSet.Create(
        "q",
        "limit",
        "hint",
        "collation"
    );

    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "delete",
                CommandTraits.Writes
                    | CommandTraits.InTransaction
                    | CommandTraits.Retryable
                    | CommandTraits.ApiV1,
                RunAsync,
                "deletes",
                "ordered",
                "let",
                "stmtId",
                "stmtIds"
            )
            {
                Counter = OpCounter.Delete,
            },
        ];

    public static StatementOutcome DeleteOne(
        CommandContext context,
        string database,
        string collection,
        DeleteStatement statement
    )
    {
        if (context.IsRetryableWrite && !statement.Single)
        {
            throw new CommandError(72, "InvalidOptions", "Cannot use retryable writes with limit=0");
        }

        var result = context.Data.Delete(database, collection, [statement]);
        var error = result.Errors.Count > 0 ? result.Errors[0].Error : null;
        return new StatementOutcome(new StatementRecord(result.Deleted), error);
    }

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var deletes = context.Arguments.RequiredDocuments("deletes");
        context.Member.OpCounters.Add(OpCounter.Delete, deletes.Count - 1);
        var collection = context.Collection;
        var let = context.Arguments.Document("let");
        var statements = deletes.ConvertAll(delete => Parse(delete, let));
        var reply = new WriteReply();
        await Statements.RunAsync(
            context,
            statements.Count,
            index => DeleteOne(context, context.Database, collection, statements[index]),
            reply.Add
        );
        return reply.ToDocument(isUpdate: false);
    }

    private static DeleteStatement Parse(BsonDocument delete, BsonDocument? let)
    {
        var arguments = new Arguments(delete, "delete.deletes");
        arguments.RefuseUnknown(statementFields);
        return new DeleteStatement
        {
            Filter = arguments.RequiredDocument("q"),
            Single = arguments.Int64("limit") switch
            {
                0 => false,
                1 => true,
                null => throw arguments.Missing("limit"),
                var other => throw CommandError.FailedToParse(
                    $"The limit field in delete objects must be 0 or 1. Got {other}"
                ),
            },
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = let,
        };
    }
}

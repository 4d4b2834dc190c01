using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>insert. Documents go to the store in one call; in transactions and retryable writes one by one.</summary>
internal static class InsertCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "insert",
                CommandTraits.Writes
                    | CommandTraits.InTransaction
                    | CommandTraits.Retryable
                    | CommandTraits.ApiV1,
                RunAsync,
                "documents",
                "ordered",
                "bypassDocumentValidation",
                "stmtId",
                "stmtIds"
            )
            {
                Counter = OpCounter.Insert,
            },
        ];

    public static StatementOutcome InsertOne(
        CommandContext context,
        string database,
        string collection,
        BsonDocument document
    )
    {
        var result = context.Data.Insert(database, collection, [document]);
        return result.Errors.Count > 0
            ? new StatementOutcome(null, result.Errors[0].Error)
            : new StatementOutcome(new StatementRecord(1), null);
    }

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var documents = context.Arguments.RequiredDocuments("documents");
        context.Member.OpCounters.Add(OpCounter.Insert, documents.Count - 1);
        var collection = context.Collection;
        var reply = new WriteReply();
        if (context.TransactionNumber is null)
        {
            await InsertAllAsync(context, collection, documents, reply);
        }
        else
        {
            await Statements.RunAsync(
                context,
                documents.Count,
                index => InsertOne(context, context.Database, collection, documents[index]),
                reply.Add
            );
        }

        return reply.ToDocument(isUpdate: false);
    }

    private static async ValueTask InsertAllAsync(
        CommandContext context,
        string collection,
        List<BsonDocument> documents,
        WriteReply reply
    )
    {
        Statements.RequireCount(documents.Count);
        var ordered = context.Arguments.Flag("ordered", otherwise: true);
        var pending = Enumerable.Range(0, documents.Count).ToList();
        while (pending.Count > 0)
        {
            context.Operation.ThrowIfInterrupted();
            var ended = context.Deployment.Store.TransactionEnded;
            var batch = pending.ConvertAll(index => documents[index]);
            if (TryInsert(context, collection, batch, ordered) is not { } result)
            {
                await context.Operation.WaitAsync(ended, Timeout.InfiniteTimeSpan);
                continue;
            }

            reply.Add(0, new StatementRecord(result.Inserted));
            pending = AddErrors(reply, result, pending, ordered);
            if (pending.Count > 0)
            {
                await context.Operation.WaitAsync(ended, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Null when an open transaction is making the collection.</summary>
    private static InsertResult? TryInsert(
        CommandContext context,
        string collection,
        List<BsonDocument> documents,
        bool ordered
    )
    {
        try
        {
            return context.Data.Insert(context.Database, collection, documents, ordered);
        }
        catch (CommandError error) when (error.IsWriteConflict)
        {
            return null;
        }
    }

    /// <summary>What is left to insert: documents that an open transaction stood in the way of.</summary>
    private static List<int> AddErrors(WriteReply reply, InsertResult result, List<int> pending, bool ordered)
    {
        var left = new List<int>();
        foreach (var error in result.Errors)
        {
            if (!error.Error.IsWriteConflict)
            {
                reply.Add(pending[error.Index], error.Error);
            }
            else if (ordered)
            {
                left.AddRange(pending[error.Index..]);
            }
            else
            {
                left.Add(pending[error.Index]);
            }
        }

        return left;
    }
}

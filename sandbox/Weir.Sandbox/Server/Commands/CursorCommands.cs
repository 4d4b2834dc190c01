using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>getMore and killCursors.</summary>
internal static class CursorCommands
{
    private const CommandTraits Traits = CommandTraits.InTransaction | CommandTraits.ApiV1;
    private static readonly TimeSpan defaultAwait = TimeSpan.FromSeconds(1);

    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "getMore",
                Traits,
                GetMoreAsync,
                "collection",
                "batchSize",
                "term",
                "lastKnownCommittedOpTime"
            )
            {
                Counter = OpCounter.GetMore,
            },
            new("killCursors", Traits, Kill, "cursors"),
        ];

    private static async ValueTask<Reply> GetMoreAsync(CommandContext context)
    {
        var arguments = context.Arguments;
        var id = arguments.Raw("getMore") is { IsInt64: true } value
            ? value.AsInt64
            : throw CommandError.TypeMismatch(
                "BSON field 'getMore.getMore' is the wrong type, expected type 'long'"
            );
        var collection = arguments.RequiredString("collection");
        var size = arguments.Count("batchSize") ?? 0;
        var cursors = context.Member.Cursors;
        var cursor = cursors.Pin(id);
        try
        {
            Authorize(context, cursor, $"{context.Database}.{collection}");
            var batch = new CursorBatch { IsFirst = false, Namespace = cursor.Namespace };
            await FillAsync(context, cursor, batch, size == 0 ? long.MaxValue : size);
            if (cursor.IsKilled && !cursor.Source.IsExhausted)
            {
                throw new CommandError(237, "CursorKilled", "The cursor was killed while the operation ran");
            }

            if (cursor.Source.IsExhausted)
            {
                cursors.Remove(id);
            }
            else
            {
                batch.Id = id;
            }

            Batches.AddResumeToken(batch, cursor);
            return new Reply([]) { Batch = batch, Next = batch.Id != 0 ? context.Body : null };
        }
        catch (CommandError error) when (EndsCursor(error))
        {
            cursors.Remove(id);
            throw;
        }
        finally
        {
            cursors.Unpin(cursor);
        }
    }

    private static async ValueTask FillAsync(
        CommandContext context,
        ServerCursor cursor,
        CursorBatch batch,
        long size
    )
    {
        var limit = context.Arguments.Milliseconds("maxTimeMS");
        if (!cursor.AwaitsData)
        {
            context.Operation.Limit = limit;
            Batches.Fill(batch, cursor.Source, size);
            context.Operation.ThrowIfInterrupted();
            return;
        }

        var deadline = context.Operation.Elapsed + (limit ?? defaultAwait);
        while (true)
        {
            var appended = context.Deployment.Changes.Appended.Next;
            Batches.Fill(batch, cursor.Source, size);
            if (
                batch.Documents.Count > 0
                || cursor.Source.IsExhausted
                || cursor.IsKilled
                || !await context.Operation.WaitUntilAsync(appended, deadline)
            )
            {
                return;
            }
        }
    }

    /// <summary>The cursor must be asked as it was opened: same namespace, user, session and transaction.</summary>
    private static void Authorize(CommandContext context, ServerCursor cursor, string @namespace)
    {
        if (cursor.Namespace != @namespace)
        {
            throw new CommandError(
                13,
                "Unauthorized",
                $"Requested getMore on namespace '{@namespace}', but cursor belongs to a different namespace {cursor.Namespace}"
            );
        }

        if (cursor.User != context.Connection.Authentication.User)
        {
            throw new CommandError(
                13,
                "Unauthorized",
                $"cursor id {cursor.Id} was not created by the authenticated user"
            );
        }

        RequireSession(context, cursor);
        RequireTransaction(context, cursor);
    }

    private static void RequireSession(CommandContext context, ServerCursor cursor)
    {
        var session = context.Session?.Id;
        if (cursor.Session == session)
        {
            return;
        }

        throw (cursor.Session, session) switch
        {
            (null, _) => new CommandError(
                50736,
                $"Cannot run getMore on cursor {cursor.Id}, which was not created in a session, in session {session}"
            ),
            (_, null) => new CommandError(
                50737,
                $"Cannot run getMore on cursor {cursor.Id}, which was created in session {cursor.Session}, without an lsid"
            ),
            _ => new CommandError(
                50738,
                $"Cannot run getMore on cursor {cursor.Id}, which was created in session {cursor.Session}, in session {session}"
            ),
        };
    }

    private static void RequireTransaction(CommandContext context, ServerCursor cursor)
    {
        var number = context.Transaction is null ? null : context.TransactionNumber;
        if (cursor.TransactionNumber == number)
        {
            return;
        }

        throw (cursor.TransactionNumber, number) switch
        {
            (null, _) => new CommandError(
                50739,
                $"Cannot run getMore on cursor {cursor.Id}, which was not created in a transaction, in transaction {number}"
            ),
            (_, null) => new CommandError(
                50740,
                $"Cannot run getMore on cursor {cursor.Id}, which was created in transaction {cursor.TransactionNumber}, without a txnNumber"
            ),
            _ => new CommandError(
                50741,
                $"Cannot run getMore on cursor {cursor.Id}, which was created in transaction {cursor.TransactionNumber}, in transaction {number}"
            ),
        };
    }

    /// <summary>A getMore that was not allowed leaves the cursor to its owner; one that failed ends it.</summary>
    private static bool EndsCursor(CommandError error) => error.Code is not (13 or (>= 50736 and <= 50741));

    private static Reply Kill(CommandContext context)
    {
        BsonArray killed = [];
        BsonArray notFound = [];
        foreach (var value in context.Arguments.RequiredArray("cursors"))
        {
            var id = value.IsInt64
                ? value.AsInt64
                : throw CommandError.TypeMismatch("BSON field 'killCursors.cursors' must hold longs");
            (context.Member.Cursors.Remove(id) ? killed : notFound).Add(id);
        }

        return new BsonDocument
        {
            ["cursorsKilled"] = killed,
            ["cursorsNotFound"] = notFound,
            ["cursorsAlive"] = new BsonArray(),
            ["cursorsUnknown"] = new BsonArray(),
        };
    }
}

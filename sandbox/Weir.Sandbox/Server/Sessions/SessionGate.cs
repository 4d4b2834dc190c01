using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Brings a command into its session and transaction, and out of it.</summary>
internal static class SessionGate
{
    /// <summary>Finds the session before anything waits, so that killing it reaches whatever runs in it.</summary>
    public static void Identify(CommandContext context)
    {
        if (
            context.Definition.Has(CommandTraits.Handshake)
            || context.Arguments.Document("lsid") is not { } lsid
        )
        {
            return;
        }

        var id = SessionId.Parse(lsid, context.Connection.Authentication.User);
        context.Operation.Session = id;
        context.Session = context.Deployment.Sessions.Use(id);
        context.Session.LastUser = context.Connection;
    }

    public static async ValueTask EnterAsync(CommandContext context)
    {
        var arguments = context.Arguments;
        if (context.Definition.Has(CommandTraits.Handshake))
        {
            return;
        }

        var number = Number(context);
        if (number is not { } current)
        {
            RequireNumberFor(arguments);
            return;
        }

        var session =
            context.Session
            ?? throw new CommandError(
                72,
                "InvalidOptions",
                "Transaction number requires a session ID to also be specified"
            );
        if (context.Deployment.ReplicaSet is null)
        {
            throw TransactionErrors.NotAReplicaSet();
        }

        context.TransactionNumber = current;
        context.IsInTransaction = IsTransaction(context);
        context.Operation.EndsWithPrimary = true;
        await CheckOutAsync(context, session);
        if (!context.Member.IsWritable)
        {
            throw RequestChecks.NotWritablePrimary();
        }

        if (!context.IsInTransaction)
        {
            session.EnterRetryableWrite(current);
        }
        else if (arguments.Has("startTransaction"))
        {
            context.Transaction = session.Start(current);
        }
        else if (!context.Definition.Has(CommandTraits.EndsTransaction))
        {
            context.Transaction = session.Continue(current);
        }
    }

    public static void Leave(CommandContext context)
    {
        if (context.HasCheckedOut)
        {
            context.HasCheckedOut = false;
            context.Session!.CheckIn();
        }
    }

    /// <summary>A command that failed inside a transaction takes the transaction with it.</summary>
    public static void Fail(CommandContext context)
    {
        if (context.Transaction is not null)
        {
            context.Session!.Abort(context.TransactionNumber);
        }
    }

    private static async ValueTask CheckOutAsync(CommandContext context, ServerSession session)
    {
        while (!session.TryCheckOut())
        {
            var left = session.CheckedIn.Next;
            if (session.TryCheckOut())
            {
                break;
            }

            await context.Operation.WaitAsync(left, Timeout.InfiniteTimeSpan);
        }

        context.HasCheckedOut = true;
    }

    private static long? Number(CommandContext context)
    {
        var value = context.Arguments.Raw("txnNumber");
        if (value.IsNull)
        {
            return null;
        }

        if (!value.IsInt64)
        {
            throw CommandError.TypeMismatch(
                "BSON field 'OperationSessionInfo.txnNumber' is the wrong type, expected type 'long'"
            );
        }

        return value.AsInt64 >= 0
            ? value.AsInt64
            : throw new CommandError(72, "InvalidOptions", "Transaction number cannot be negative");
    }

    private static void RequireNumberFor(Arguments arguments)
    {
        foreach (var name in (ReadOnlySpan<string>)["autocommit", "startTransaction"])
        {
            if (arguments.Has(name))
            {
                throw new CommandError(
                    72,
                    "InvalidOptions",
                    $"'{name}' field requires a transaction number to also be specified"
                );
            }
        }
    }

    private static bool IsTransaction(CommandContext context)
    {
        var (arguments, definition) = (context.Arguments, context.Definition);
        if (!arguments.Has("autocommit"))
        {
            if (arguments.Has("startTransaction"))
            {
                throw new CommandError(
                    72,
                    "InvalidOptions",
                    "'startTransaction' field requires 'autocommit' field to also be specified"
                );
            }

            return definition.Has(CommandTraits.Retryable)
                ? false
                : throw new CommandError(
                    50768,
                    "txnNumber may only be provided for multi-document transactions and retryable write commands. "
                        + $"autocommit:false was not provided, and {definition.Name} is not a retryable write command."
                );
        }

        if (arguments.Flag("autocommit"))
        {
            throw new CommandError(72, "InvalidOptions", "Specifying autocommit=true is not allowed.");
        }

        if (arguments.Has("startTransaction") && !arguments.Flag("startTransaction"))
        {
            throw new CommandError(72, "InvalidOptions", "Specifying startTransaction=false is not allowed.");
        }

        if (definition.Has(CommandTraits.EndsTransaction))
        {
            return true;
        }

        if (!definition.Has(CommandTraits.InTransaction))
        {
            throw new CommandError(
                263,
                "OperationNotSupportedInTransaction",
                $"Cannot run '{definition.Name}' in a multi-document transaction."
            );
        }

        return context.Database is "admin" or "config" or "local"
            ? throw new CommandError(
                263,
                "OperationNotSupportedInTransaction",
                $"Cannot run command against the '{context.Database}' database in a transaction."
            )
            : true;
    }
}

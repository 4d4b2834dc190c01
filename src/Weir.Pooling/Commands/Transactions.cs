using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>Ends transactions.</summary>
public static class Transactions
{
    /// <summary>Commits. May be called again when the outcome is not known.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to commit.</exception>
    /// <exception cref="CommandException">The server refused.</exception>
    /// <exception cref="ConnectionException">The network failed: the outcome is not known.</exception>
    public static async ValueTask CommitTransactionAsync(
        this CommandRunner runner,
        CommandSession session,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(session);
        switch (session.Transaction)
        {
            case TransactionState.None:
                throw new InvalidOperationException("No transaction started");
            case TransactionState.Aborted:
                throw new InvalidOperationException(
                    "Cannot call commitTransaction after calling abortTransaction"
                );
            case TransactionState.Starting:
                session.Transaction = TransactionState.Committed;
                return;
            default:
                break;
        }
        var again = session.Transaction == TransactionState.Committed;
        session.Transaction = TransactionState.Committed;
        try
        {
            await EndAsync(runner, session, "commitTransaction", again, cancellationToken);
        }
        catch (Exception e) when (RetryRules.IsFailure(e))
        {
            if (
                RetryRules.IsNetworkError(e)
                || FailureLabels.Has(e, ErrorLabels.RetryableWriteError)
                || e is Selection.ServerSelectionException or CommandException { Code: 50 or 64 or 91 }
                || e is CommandException refused && IsUnconfirmed(refused)
            )
            {
                FailureLabels.Add(e, ErrorLabels.UnknownTransactionCommitResult);
                session.Unpin();
            }
            throw;
        }
    }

    /// <summary>Aborts. What goes wrong is of no interest: the server aborts by itself in the end.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to abort.</exception>
    public static async ValueTask AbortTransactionAsync(
        this CommandRunner runner,
        CommandSession session,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(session);
        switch (session.Transaction)
        {
            case TransactionState.None:
                throw new InvalidOperationException("No transaction started");
            case TransactionState.Committed:
                throw new InvalidOperationException(
                    "Cannot call abortTransaction after calling commitTransaction"
                );
            case TransactionState.Aborted:
                throw new InvalidOperationException("Cannot call abortTransaction twice");
            case TransactionState.Starting:
                session.Transaction = TransactionState.Aborted;
                return;
            default:
                break;
        }
        session.Transaction = TransactionState.Aborted;
        try
        {
            await EndAsync(runner, session, "abortTransaction", false, cancellationToken);
        }
        catch (Exception e) when (RetryRules.IsFailure(e))
        {
            // As said.
        }
        finally
        {
            session.Unpin();
        }
    }

    private static async ValueTask EndAsync(
        CommandRunner runner,
        CommandSession session,
        string name,
        bool again,
        CancellationToken cancellationToken
    )
    {
        var isCommit = name == "commitTransaction";
        var request = new CommandRequest("admin", Command(session, name, again))
        {
            Kind = CommandKind.Write,
            IsRetryable = true,
            Session = session,
            Again = isCommit ? Command(session, name, again: true) : null,
        };
        var failure = ConcernFailure(await runner.RunAsync(request, cancellationToken), name);
        if (failure is not null && failure.HasLabel(ErrorLabels.RetryableWriteError))
        {
            request = request with { Command = request.Again ?? request.Command };
            failure = ConcernFailure(await runner.RunAsync(request, cancellationToken), name);
        }
        if (failure is not null)
        {
            throw failure;
        }
    }

    // Whoever commits again has to be told what a majority has: else the first commit's outcome could still be lost.
    private static BsonDocument Command(CommandSession session, string name, bool again)
    {
        var command = new BsonDocument { [name] = 1 };
        var concern = session.TransactionOptions.WriteConcern?.Clone();
        if (again)
        {
            concern ??= [];
            concern["w"] = "majority";
            if (!concern.Contains("wtimeout"))
            {
                concern["wtimeout"] = 10_000;
            }
        }
        if (concern is { Count: > 0 })
        {
            command["writeConcern"] = concern;
        }
        if (name == "commitTransaction" && session.TransactionOptions.MaxCommitTime is { } limit)
        {
            command["maxTimeMS"] = (long)limit.TotalMilliseconds;
        }
        if (session.RecoveryToken is { } token)
        {
            command["recoveryToken"] = token;
        }
        return command;
    }

    // The server did it, but could not confirm it as asked: an error in a reply that is otherwise good.
    private static CommandException? ConcernFailure(in CommandOutcome outcome, string name)
    {
        if (outcome.Reply.GetValueOrDefault("writeConcernError") is not { IsDocument: true } error)
        {
            return null;
        }
        var told = outcome.Reply.Clone();
        foreach (var field in (string[])["code", "codeName", "errmsg"])
        {
            if (error.AsDocument.TryGetValue(field, out var value))
            {
                told[field] = value;
            }
        }
        return new CommandException(outcome.Server.Address, name, told);
    }

    // A write concern that can never be satisfied (79, 100) says nothing about the commit.
    private static bool IsUnconfirmed(CommandException e) =>
        e.Reply.Contains("writeConcernError") && e.Code is not (79 or 100);
}

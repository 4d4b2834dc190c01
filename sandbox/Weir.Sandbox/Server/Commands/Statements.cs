using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>How write commands run their statements: limits, retries of retryable writes, waits for other transactions.</summary>
internal static class Statements
{
    /// <summary>
    /// Runs statement after statement and hands each outcome to <paramref name="collect"/>; an ordered command stops at
    /// the first error, a transaction at any.
    /// </summary>
    public static async ValueTask RunAsync(
        CommandContext context,
        int count,
        Func<int, StatementOutcome> run,
        Action<int, StatementOutcome> collect
    )
    {
        RequireCount(count);
        var ordered = context.Arguments.Flag("ordered", otherwise: true);
        var statementOf = StatementIds(context, count);
        for (var index = 0; index < count; index++)
        {
            var place = index;
            var outcome = await RunAsync(context, statementOf(index), () => run(place));
            collect(index, outcome);
            if (outcome.Error is null)
            {
                continue;
            }

            SessionGate.Fail(context);
            if (ordered || context.Transaction is not null)
            {
                return;
            }
        }
    }

    /// <summary>Repeats a statement that conflicts with an open transaction when that may be over.</summary>
    public static async ValueTask<T> WithoutConflictAsync<T>(
        CommandContext context,
        Func<T> run,
        Func<T, bool> conflicts
    )
    {
        while (true)
        {
            context.Operation.ThrowIfInterrupted();
            var ended = context.Deployment.Store.TransactionEnded;
            var outcome = run();
            if (context.Transaction is not null || !conflicts(outcome))
            {
                return outcome;
            }

            await context.Operation.WaitAsync(ended, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The number of a statement within its retryable write: as given, else its place.</summary>
    public static Func<int, int> StatementIds(CommandContext context, int count)
    {
        var arguments = context.Arguments;
        if (arguments.Array("stmtIds") is { } ids)
        {
            return ids.Count == count
                ? index => ids[index].ToInt32()
                : throw new CommandError(
                    72,
                    "InvalidOptions",
                    "The number of 'stmtIds' must match the number of statements"
                );
        }

        var first = (int)(arguments.Int64("stmtId") ?? 0);
        return index => first + index;
    }

    public static void RequireCount(int count)
    {
        if (count is < 1 or > ServerLimits.MaxWriteBatch)
        {
            throw new CommandError(
                16,
                "InvalidLength",
                $"Write batch sizes must be between 1 and {ServerLimits.MaxWriteBatch}. Got {count} operations."
            );
        }
    }

    private static async ValueTask<StatementOutcome> RunAsync(
        CommandContext context,
        int statement,
        Func<StatementOutcome> run
    )
    {
        if (context.IsRetryableWrite && context.Session!.FindStatement(statement) is { } before)
        {
            return new StatementOutcome(before, null) { Retried = statement };
        }

        var outcome = await WithoutConflictAsync(
            context,
            () => Catch(run),
            static done => done.Error?.IsWriteConflict == true
        );
        if (outcome.Error is { IsWriteConflict: true })
        {
            // Only in a transaction: there the whole command fails, and the transaction with it.
            throw outcome.Error;
        }

        if (context.IsRetryableWrite && outcome is { Done: { } done, Error: null })
        {
            context.Session!.Record(statement, done);
        }

        return outcome;
    }

    private static StatementOutcome Catch(Func<StatementOutcome> run)
    {
        try
        {
            return run();
        }
        catch (CommandError error)
        {
            return new StatementOutcome(null, error);
        }
    }
}

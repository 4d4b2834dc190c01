using Weir.Pooling.Connections;

namespace Weir.Pooling.Commands;

/// <summary>Runs a function in a transaction, and again when the transaction failed for a moment.</summary>
/// <remarks>The specification of the convenient API for transactions.</remarks>
public static class ConvenientTransactions
{
    // The specification's figures.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Starts a transaction, runs <paramref name="work"/> and commits. After an error that says that the transaction
    /// as a whole may be tried again, everything is done again, for 120 s at most; after one that leaves open what
    /// became of the commit, the commit.
    /// </summary>
    /// <param name="runner">What runs the commands.</param>
    /// <param name="session">The session; the commands of <paramref name="work"/> have to name it.</param>
    /// <param name="work">
    /// What is done in the transaction. It may run more than once: what it does besides the database must not mind.
    /// A transaction that it ends itself is left as it is.
    /// </param>
    /// <param name="options">How the transaction reads and commits.</param>
    /// <param name="cancellationToken">Gives up; the transaction is aborted.</param>
    /// <exception cref="TimeoutException">There was no time for another attempt; the last error is inside.</exception>
    /// <exception cref="InvalidOperationException">A transaction is under way in this session.</exception>
    public static async Task<T> WithTransactionAsync<T>(
        this CommandRunner runner,
        CommandSession session,
        Func<CommandSession, CancellationToken, Task<T>> work,
        TransactionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(work);
        var end = Deadline.After(LongestRetry, runner.Time);
        for (var attempt = 1; ; attempt++)
        {
            Exception failure;
            try
            {
                return await AttemptAsync(runner, session, work, options, end, cancellationToken);
            }
            catch (Exception e)
                when (FailureLabels.Has(e, ErrorLabels.TransientTransactionError) && !IsTimeout(e))
            {
                failure = e;
            }
            var pause = PauseBefore(attempt, runner.Jitter());
            if (end.Remaining(runner.Time) <= pause)
            {
                throw OutOfTime(failure);
            }
            await Task.Delay(pause, runner.Time, cancellationToken);
        }
    }

    /// <inheritdoc cref="WithTransactionAsync{T}"/>
    public static Task WithTransactionAsync(
        this CommandRunner runner,
        CommandSession session,
        Func<CommandSession, CancellationToken, Task> work,
        TransactionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(work);
        return runner.WithTransactionAsync(
            session,
            async (s, token) =>
            {
                await work(s, token);
                return true;
            },
            options,
            cancellationToken
        );
    }

    private static async Task<T> AttemptAsync<T>(
        CommandRunner runner,
        CommandSession session,
        Func<CommandSession, CancellationToken, Task<T>> work,
        TransactionOptions? options,
        Deadline end,
        CancellationToken cancellationToken
    )
    {
        session.StartTransaction(options);
        T result;
        try
        {
            result = await work(session, cancellationToken);
        }
        catch
        {
            if (session.IsInTransaction)
            {
                // Not under the token: the server shall not keep the locks of who gave up.
                await runner.AbortTransactionAsync(session, CancellationToken.None);
            }
            throw;
        }
        if (session.IsInTransaction)
        {
            await CommitAsync(runner, session, end, cancellationToken);
        }
        return result;
    }

    private static async Task CommitAsync(
        CommandRunner runner,
        CommandSession session,
        Deadline end,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                await runner.CommitTransactionAsync(session, cancellationToken);
                return;
            }
            catch (Exception e) when (IsUnknown(e))
            {
                if (end.HasPassed(runner.Time))
                {
                    throw OutOfTime(e);
                }
            }
        }
    }

    // The server's own time limit is the caller's wish, and not to be got round.
    private static bool IsUnknown(Exception failure) =>
        FailureLabels.Has(failure, ErrorLabels.UnknownTransactionCommitResult)
        && failure is not CommandException { Code: 50 };

    private static bool IsTimeout(Exception failure) => failure is TimeoutException;

    private static TimeSpan PauseBefore(int attempt, double jitter) =>
        jitter
        * TimeSpan.FromMilliseconds(
            Math.Min(FirstPause.TotalMilliseconds * Math.Pow(1.5, attempt), LongestPause.TotalMilliseconds)
        );

    private static TimeoutException OutOfTime(Exception failure)
    {
        var error = new TimeoutException(
            $"the transaction was tried for {LongestRetry.TotalSeconds:0} s, and there is no time for another attempt: {failure.Message}",
            failure
        );
        foreach (var label in FailureLabels.Of(failure))
        {
            FailureLabels.Add(error, label);
        }
        return error;
    }
}

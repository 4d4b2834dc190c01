using System.Diagnostics.CodeAnalysis;

namespace Weir.Pooling.Pools;

/// <summary>The result of a check-out, as a value.</summary>
public readonly struct CheckOutResult
{
    // Small, because every waiting client's state machine has room for one.

    /// <summary>The connection; the pool that had none.</summary>
    private readonly object? _subject;

    /// <summary>What was behind a failure; the token of a check-out that was cancelled.</summary>
    private readonly object? _reason;

    internal CheckOutResult(PooledConnection connection) => _subject = connection;

    internal CheckOutResult(ConnectionPool pool, CheckOutOutcome outcome, Exception? cause)
    {
        _subject = pool;
        _reason = cause;
        Outcome = outcome;
    }

    internal CheckOutResult(ConnectionPool pool, CancellationToken token)
    {
        _subject = pool;
        _reason = token;
        Outcome = CheckOutOutcome.Canceled;
    }

    /// <summary>How it ended.</summary>
    public CheckOutOutcome Outcome { get; }

    /// <summary>The connection; <see langword="null"/> unless there is one.</summary>
    public PooledConnection? Connection => _subject as PooledConnection;

    /// <summary>
    /// What was behind a failure: the error that cleared the pool, or the one that kept the connection from being
    /// established.
    /// </summary>
    public Exception? Cause => _reason as Exception;

    /// <summary>Whether there is a connection.</summary>
    [MemberNotNullWhen(true, nameof(Connection))]
    public bool Succeeded => Connection is not null;

    /// <summary>The exception that <see cref="ConnectionPool.CheckOutAsync"/> throws for this result.</summary>
    public Exception ToException()
    {
        if (_subject is not ConnectionPool pool)
        {
            throw new InvalidOperationException("The check-out succeeded: there is no error.");
        }

        return Outcome switch
        {
            CheckOutOutcome.TimedOut => new PoolTimeoutException(pool.Address, pool.Options, pool.Statistics),
            CheckOutOutcome.QueueFull => new WaitQueueFullException(pool.Address, pool.Options),
            CheckOutOutcome.PoolCleared when Cause is PoolClearedException { Interrupted: true } => Cause,
            CheckOutOutcome.PoolCleared => new PoolClearedException(pool.Address, Cause),
            CheckOutOutcome.PoolClosed => new PoolClosedException(pool.Address),
            CheckOutOutcome.EstablishmentFailed => Cause!,
            _ => new OperationCanceledException((CancellationToken)_reason!),
        };
    }
}

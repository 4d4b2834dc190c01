using System.Diagnostics.CodeAnalysis;

namespace Weir.Pooling.Pools;

/// <summary>The result of a check-out, as a value.</summary>
public readonly struct CheckOutResult
{
    private readonly ConnectionPool? _pool;
    private readonly CancellationToken _token;

    internal CheckOutResult(PooledConnection connection) => Connection = connection;

    internal CheckOutResult(
        ConnectionPool pool,
        CheckOutOutcome outcome,
        Exception? cause = null,
        CancellationToken token = default
    )
    {
        _pool = pool;
        _token = token;
        Outcome = outcome;
        Cause = cause;
    }

    /// <summary>How it ended.</summary>
    public CheckOutOutcome Outcome { get; }

    /// <summary>The connection; <see langword="null"/> unless there is one.</summary>
    public PooledConnection? Connection { get; }

    /// <summary>
    /// What was behind a failure: the error that cleared the pool, or the one that kept the connection from being
    /// established.
    /// </summary>
    public Exception? Cause { get; }

    /// <summary>Whether there is a connection.</summary>
    [MemberNotNullWhen(true, nameof(Connection))]
    public bool Succeeded => Connection is not null;

    /// <summary>The exception that <see cref="ConnectionPool.CheckOutAsync"/> throws for this result.</summary>
    public Exception ToException()
    {
        if (_pool is null)
        {
            throw new InvalidOperationException("The check-out succeeded: there is no error.");
        }

        return Outcome switch
        {
            CheckOutOutcome.TimedOut => new PoolTimeoutException(
                _pool.Address,
                _pool.Options,
                _pool.Statistics
            ),
            CheckOutOutcome.QueueFull => new WaitQueueFullException(_pool.Address, _pool.Options),
            CheckOutOutcome.PoolCleared when Cause is PoolClearedException { Interrupted: true } => Cause,
            CheckOutOutcome.PoolCleared => new PoolClearedException(_pool.Address, Cause),
            CheckOutOutcome.PoolClosed => new PoolClosedException(_pool.Address),
            CheckOutOutcome.EstablishmentFailed => Cause!,
            _ => new OperationCanceledException(_token),
        };
    }
}

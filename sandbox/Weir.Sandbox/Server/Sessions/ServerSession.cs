using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>
/// A logical session: its newest transaction number, the transaction or the retryable write under it. Commands that carry
/// a transaction number check the session out, one at a time; the state itself is guarded by a lock, because elections,
/// timers and other connections may end a transaction at any moment.
/// </summary>
internal sealed class ServerSession(SessionId id, DeploymentState deployment)
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, StatementRecord> statements = [];
    private ITimer? lifetime;
    private Transaction? transaction;
    private int checkedOut;
    private long lastUse = deployment.Time.GetTimestamp();

    public SessionId Id { get; } = id;

    /// <summary>Pulses when the command that had checked the session out is done.</summary>
    public Signal CheckedIn { get; } = new();

    public long Number { get; private set; } = -1;

    public TransactionState State { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The connection that used it last; null before the first use.</summary>
    public ClientConnection? LastUser { get; set; }

    public TimeSpan Unused => deployment.Time.GetElapsedTime(Volatile.Read(ref lastUse));

    /// <summary>One command at a time runs under the session's transaction number.</summary>
    public bool TryCheckOut() => Interlocked.CompareExchange(ref checkedOut, 1, 0) == 0;

    public void CheckIn()
    {
        Volatile.Write(ref checkedOut, 0);
        CheckedIn.Pulse();
    }

    public void Touch() => Volatile.Write(ref lastUse, deployment.Time.GetTimestamp());

    /// <summary>A retryable write under this number: new, or one that is tried again.</summary>
    public void EnterRetryableWrite(long number)
    {
        Transaction? left = null;
        lock (gate)
        {
            if (number < Number)
            {
                throw TransactionErrors.TooOld(number, Number);
            }

            if (number > Number)
            {
                left = Begin_NeedsGate(number, TransactionState.RetryableWrite);
            }
            else if (State != TransactionState.RetryableWrite)
            {
                throw TransactionErrors.NotRetryable(number);
            }
        }

        left?.Abort();
    }

    /// <summary>The first command of a transaction. One that is in progress under an older number is aborted.</summary>
    public Transaction Start(long number)
    {
        Transaction? left;
        Transaction started;
        lock (gate)
        {
            if (number < Number)
            {
                throw TransactionErrors.TooOld(number, Number);
            }

            if (number == Number)
            {
                throw TransactionErrors.AlreadyStarted(number, State);
            }

            left = Begin_NeedsGate(number, TransactionState.InProgress);
            started = transaction = deployment.Store.BeginTransaction();
            started.Tag = new TransactionTag(Id, number);
            lifetime = deployment.Time.CreateTimer(
                static state =>
                {
                    var (session, expired) = ((ServerSession, long))state!;
                    session.Abort(expired);
                },
                (this, number),
                deployment.Options.TransactionLifetime,
                Timeout.InfiniteTimeSpan
            );
        }

        left?.Abort();
        return started;
    }

    /// <summary>A further command of the transaction in progress.</summary>
    public Transaction Continue(long number)
    {
        lock (gate)
        {
            Require_NeedsGate(number);
            return State switch
            {
                TransactionState.InProgress => transaction!,
                TransactionState.Committed => throw TransactionErrors.Committed(number),
                TransactionState.Aborted => throw TransactionErrors.Aborted(number),
                _ => throw TransactionErrors.NoMatch(number, Number),
            };
        }
    }

    /// <summary>Commits; to commit once more answers the same.</summary>
    public void Commit(long number)
    {
        Transaction committed;
        lock (gate)
        {
            Require_NeedsGate(number);
            switch (State)
            {
                case TransactionState.Committed:
                    return;
                case TransactionState.Aborted:
                    throw TransactionErrors.Aborted(number);
                case TransactionState.InProgress:
                    committed = End_NeedsGate(TransactionState.Committed)!;
                    break;
                default:
                    throw TransactionErrors.NoMatch(number, Number);
            }
        }

        committed.Commit();
    }

    /// <summary>Aborts because the client asks for it.</summary>
    public void AbortByCommand(long number)
    {
        Continue(number);
        Abort(number);
    }

    /// <summary>Aborts the transaction of this number (any, when null) if it is in progress.</summary>
    public void Abort(long? number = null)
    {
        Transaction? aborted = null;
        lock (gate)
        {
            if (State == TransactionState.InProgress && (number is null || number == Number))
            {
                aborted = End_NeedsGate(TransactionState.Aborted);
            }
        }

        aborted?.Abort();
    }

    /// <summary>What statement <paramref name="statement"/> of the retryable write did, when it was done before.</summary>
    public StatementRecord? FindStatement(int statement)
    {
        lock (gate)
        {
            return statements.GetValueOrDefault(statement);
        }
    }

    public void Record(int statement, StatementRecord done)
    {
        lock (gate)
        {
            statements[statement] = done;
        }
    }

    private Transaction? Begin_NeedsGate(long number, TransactionState state)
    {
        var left = State == TransactionState.InProgress ? End_NeedsGate(TransactionState.Aborted) : null;
        statements.Clear();
        Number = number;
        State = state;
        StartedAt = deployment.Time.GetUtcNow();
        return left;
    }

    private Transaction? End_NeedsGate(TransactionState state)
    {
        var ended = transaction;
        transaction = null;
        State = state;
        lifetime?.Dispose();
        lifetime = null;
        return ended;
    }

    private void Require_NeedsGate(long number)
    {
        if (number < Number)
        {
            throw TransactionErrors.TooOld(number, Number);
        }

        if (number > Number)
        {
            throw TransactionErrors.NoMatch(number, Number);
        }
    }
}

using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Transactions;

/// <summary>
/// Which server a session's transaction runs on. A transaction is pinned from its first statement until it is
/// aborted or the session starts another; a commit does not unpin, since it may have to be sent again. Bounded;
/// thread-safe.
/// </summary>
internal sealed class TransactionTable(int capacity, TimeProvider time, TimeSpan idleLifetime)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, Transaction> _bySession = [];
    private TimeSpan _openLifetime = TimeSpan.MaxValue;
    private int _count;

    /// <summary>Transactions that are pinned now, committed ones included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Pins a new transaction, in place of the session's last. <see langword="false"/>: too many.</summary>
    public bool TryStart(SessionId session, long number, ServerAddress server, WorkOwner owner)
    {
        lock (_lock)
        {
            if (_bySession.Count >= capacity && !_bySession.ContainsKey(session))
            {
                ForgetIdle_NeedsLock();
                if (_bySession.Count >= capacity)
                    return false;
            }
            long now = time.GetTimestamp();
            _bySession[session] = new Transaction(session, number, server)
            {
                Owner = owner,
                User = owner.User,
                Started = now,
                LastUsed = now,
            };
            _count = _bySession.Count;
            return true;
        }
    }

    /// <summary>
    /// The server that a transaction's statement must go to; <see langword="null"/> when Weir knows of no such
    /// transaction. A number that the session has not used yet ends the pin of its last transaction.
    /// </summary>
    public ServerAddress? Use(in CommandView command, WorkOwner owner)
    {
        if (Count == 0)
            return null;
        lock (_lock)
        {
            if (
                !_bySession.TryGetValue(command.Session, out Transaction? transaction)
                || transaction.User != owner.User
            )
                return null;
            if (transaction.Number != command.TxnNumber)
            {
                if (command.TxnNumber > transaction.Number)
                    Remove_NeedsLock(command.Session);
                return null;
            }
            transaction.Owner = owner;
            transaction.LastUsed = time.GetTimestamp();
            if (command.Kind == CommandKind.CommitTransaction)
                transaction.State = TransactionState.Committing;
            return transaction.Server;
        }
    }

    /// <summary>Whether a session has an open transaction of somebody else's.</summary>
    public bool IsAnothers(SessionId session, Identity user)
    {
        if (Count == 0)
            return false;
        lock (_lock)
            return _bySession.TryGetValue(session, out Transaction? transaction)
                && transaction.State == TransactionState.Open
                && transaction.User != user;
    }

    /// <summary>Unpins: aborted, or its session ended.</summary>
    public void End(SessionId session, long? number = null)
    {
        lock (_lock)
        {
            if (
                _bySession.TryGetValue(session, out Transaction? transaction)
                && (number is null || transaction.Number == number)
            )
                Remove_NeedsLock(session);
        }
    }

    /// <summary>Whether a client has transactions that must be aborted when it has gone.</summary>
    public bool HasOpen(WorkOwner owner)
    {
        if (Count == 0)
            return false;
        lock (_lock)
            return _bySession.Values.Any(t => t.Owner == owner && t.State == TransactionState.Open);
    }

    /// <summary>Takes out the transactions of a client that has gone which must be aborted.</summary>
    public List<Transaction> TakeOpen(WorkOwner owner)
    {
        if (Count == 0)
            return [];
        lock (_lock)
        {
            List<Transaction> taken =
            [
                .. _bySession.Values.Where(t => t.Owner == owner && t.State == TransactionState.Open),
            ];
            foreach (Transaction transaction in taken)
                Remove_NeedsLock(transaction.Session);
            return taken;
        }
    }

    /// <summary>Whether anybody has one that is neither aborted nor being committed.</summary>
    public bool AnyOpen()
    {
        if (Count == 0)
            return false;
        lock (_lock)
            return _bySession.Values.Any(t => t.State == TransactionState.Open);
    }

    /// <summary>Calls <paramref name="look"/>, under the lock, for each; for whoever looks on.</summary>
    public void Visit(Action<Transaction> look)
    {
        lock (_lock)
        {
            foreach (Transaction transaction in _bySession.Values)
                look(transaction);
        }
    }

    /// <summary>
    /// Forgets what its server has ended long since: what nobody has used for the idle lifetime, and what is open
    /// for longer than <paramref name="openLifetime"/>.
    /// </summary>
    public void ForgetIdle(TimeSpan openLifetime)
    {
        if (Count == 0)
            return;
        lock (_lock)
        {
            _openLifetime = openLifetime;
            ForgetIdle_NeedsLock();
        }
    }

    private void ForgetIdle_NeedsLock()
    {
        long now = time.GetTimestamp();
        // Removing while enumerating is allowed for a Dictionary.
        foreach ((SessionId session, Transaction transaction) in _bySession)
        {
            bool isOver =
                transaction.State == TransactionState.Open
                && time.GetElapsedTime(transaction.Started, now) >= _openLifetime;
            if (isOver || time.GetElapsedTime(transaction.LastUsed, now) >= idleLifetime)
                Remove_NeedsLock(session);
        }
    }

    private void Remove_NeedsLock(SessionId session)
    {
        _bySession.Remove(session);
        _count = _bySession.Count;
    }
}

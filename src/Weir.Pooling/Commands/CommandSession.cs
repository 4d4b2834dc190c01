using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// A session of Weir's own commands: its <c>lsid</c>, the numbers of its retryable writes and transactions, and the
/// transaction that is under way. For one operation at a time.
/// </summary>
public sealed class CommandSession
{
    internal CommandSession()
    {
        Id = new BsonDocument { ["id"] = new BsonBinary(4, Guid.NewGuid().ToByteArray(bigEndian: true)) };
    }

    /// <summary>The document that commands carry as <c>lsid</c>.</summary>
    public BsonDocument Id { get; }

    /// <summary>The number of the last retryable write or transaction.</summary>
    public long TransactionNumber { get; private set; }

    /// <summary>The transaction's state.</summary>
    public TransactionState Transaction { get; internal set; }

    /// <summary>The options that the transaction was started with.</summary>
    public TransactionOptions TransactionOptions { get; private set; } = new();

    /// <summary>The connection that the transaction is bound to, behind a load balancer.</summary>
    public PooledConnection? Connection { get; private set; }

    /// <summary>The server that the transaction is bound to: a router.</summary>
    internal Server? Server { get; private set; }

    /// <summary>What a router needs to commit on another router.</summary>
    internal BsonDocument? RecoveryToken { get; set; }

    /// <summary>Whether commands belong to a transaction now.</summary>
    public bool IsInTransaction => Transaction is TransactionState.Starting or TransactionState.InProgress;

    internal TimeSpan LastUse { get; set; }

    /// <summary>Whether a connection broke under it: the server may not know what became of its last write.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>Begins a transaction; the server hears of it with its first command.</summary>
    /// <exception cref="InvalidOperationException">One is under way.</exception>
    public void StartTransaction(TransactionOptions? options = null)
    {
        if (IsInTransaction)
        {
            throw new InvalidOperationException("Transaction already in progress");
        }
        Unpin();
        TransactionNumber++;
        TransactionOptions = options ?? new();
        RecoveryToken = null;
        Transaction = TransactionState.Starting;
    }

    /// <summary>Gives the pinned connection back, if there is one, and forgets the router.</summary>
    public void Unpin()
    {
        Server = null;
        if (Connection is { } connection)
        {
            Connection = null;
            connection.CheckIn();
        }
    }

    internal long NextTransactionNumber() => ++TransactionNumber;

    internal void Pin(Server server, PooledConnection? connection)
    {
        Server = server;
        Connection = connection;
    }
}

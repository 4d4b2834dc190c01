using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Indexes;
using Weir.Sandbox.Store.Operations;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store;

/// <summary>
/// Databases, collections and documents in memory, with MongoDB's behaviour. Safe for many threads: one gate guards
/// everything that changes, is held for one statement or one batch of a scan, and never across a wait.
/// </summary>
internal sealed class DocumentStore : IDisposable
{
    // As often as a server's TTL monitor.
    private static readonly TimeSpan expiryInterval = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Database> databases = new(StringComparer.Ordinal);
    private readonly List<Transaction> open = [];
    private List<(Collection Collection, Record Record)> unpruned = [];
    private TaskCompletionSource transactionEnded = NewSignal();
    private long sequence;
    private ITimer? expiry;

    public DocumentStore(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Session = new StoreSession(this, null);
    }

    /// <summary>
    /// Each committed change, in order. Raised under the store's gate: the handler must be quick, must not block and must
    /// not call the store.
    /// </summary>
    public event Action<StoreChange>? Committed;

    /// <summary>Operations that commit by themselves. Safe for many threads.</summary>
    public StoreSession Session { get; }

    /// <summary>The number of the newest commit.</summary>
    public long Sequence => Volatile.Read(ref sequence);

    /// <summary>Completes when the next explicit transaction ends; take it before the attempt that conflicts.</summary>
    public Task TransactionEnded => Volatile.Read(ref transactionEnded).Task;

    internal TimeProvider Time { get; }

    internal bool HasListeners => Committed is not null;

    internal Lock Gate { get; } = new();

    internal IReadOnlyDictionary<string, Database> Databases_NeedsGate => databases;

    /// <summary>Starts a transaction that sees the store as it is now. It must be committed or aborted.</summary>
    public Transaction BeginTransaction()
    {
        lock (Gate)
        {
            var transaction = new Transaction(this, sequence, isExplicit: true);
            open.Add(transaction);
            return transaction;
        }
    }

    /// <summary>Removes what has expired under a TTL index, now; a timer does so every minute.</summary>
    public int RemoveExpired() => new ExpirySweep(this).Run();

    /// <summary>Stops the timer. The documents go with the object.</summary>
    public void Dispose() => expiry?.Dispose();

    internal Transaction BeginStatement() => new(this, long.MaxValue, isExplicit: false);

    internal Collection? Find_NeedsGate(string database, string collection) =>
        databases.TryGetValue(database, out var found) ? found.Find(collection) : null;

    internal void Add_NeedsGate(Collection collection)
    {
        if (!databases.TryGetValue(collection.Database, out var database))
        {
            // Names that differ only in case can't live side by side on a real server's disk.
            foreach (var other in databases.Keys)
            {
                if (string.Equals(other, collection.Database, StringComparison.OrdinalIgnoreCase))
                {
                    throw new CommandError(
                        13297,
                        "DatabaseDifferCase",
                        $"db already exists with different case already have: [{other}] trying to create [{collection.Database}]"
                    );
                }
            }

            database = new Database(collection.Database);
            databases.Add(collection.Database, database);
        }

        database.Add(collection);
    }

    internal void Remove_NeedsGate(Collection collection)
    {
        if (databases.TryGetValue(collection.Database, out var database))
        {
            database.Remove(collection.Name);
            if (database.IsEmpty)
            {
                databases.Remove(collection.Database);
            }
        }
    }

    /// <summary>The catalog entry can't change under a transaction that is writing there.</summary>
    internal void RequireUntouched_NeedsGate(Collection collection)
    {
        if (open.Exists(transaction => transaction.Touches(collection)))
        {
            throw CommandError.WriteConflict();
        }
    }

    internal void Forget_NeedsGate(Transaction transaction)
    {
        if (transaction.IsExplicit && open.Remove(transaction) && unpruned.Count > 0)
        {
            var oldest = OldestSnapshot_NeedsGate();
            unpruned = unpruned.FindAll(entry => !entry.Collection.Prune(entry.Record, oldest));
        }
    }

    /// <summary>Lets whoever waits for an explicit transaction go on. Outside the gate: continuations run here.</summary>
    internal void AnnounceEnd(Transaction transaction)
    {
        if (transaction.IsExplicit)
        {
            Interlocked.Exchange(ref transactionEnded, NewSignal()).TrySetResult();
        }
    }

    /// <summary>Commits: gives the writes a number, drops what nobody can see any more, tells the listeners.</summary>
    internal void Apply_NeedsGate(
        List<(Collection Collection, Record Record)> writes,
        List<StoreChange> changes
    )
    {
        Volatile.Write(ref sequence, sequence + 1);
        var oldest = OldestSnapshot_NeedsGate();
        foreach (var (collection, record) in writes)
        {
            collection.Settle(record, sequence);
            if (!collection.Prune(record, oldest))
            {
                unpruned.Add((collection, record));
            }
        }

        if (Committed is { } listeners)
        {
            foreach (var change in changes)
            {
                listeners(change.At(sequence));
            }
        }
    }

    /// <summary>Commits a change of the catalog.</summary>
    internal void Apply_NeedsGate(StoreChange change) => Apply_NeedsGate([], [change]);

    /// <summary>Starts the clock that removes expired documents, once there is an index that lets them expire.</summary>
    internal void WatchExpiry_NeedsGate(List<IndexDefinition> made)
    {
        if (expiry is null && made.Exists(static definition => definition.ExpireAfterSeconds is not null))
        {
            expiry = Time.CreateTimer(
                static store => ((DocumentStore)store!).RemoveExpired(),
                this,
                expiryInterval,
                expiryInterval
            );
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long OldestSnapshot_NeedsGate()
    {
        var oldest = long.MaxValue;
        foreach (var transaction in open)
        {
            oldest = Math.Min(oldest, transaction.Snapshot);
        }

        return oldest;
    }
}

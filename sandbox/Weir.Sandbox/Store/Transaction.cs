using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store;

/// <summary>
/// A unit of writes: applied as uncommitted versions, then committed as one or taken back. Explicit ones read the state
/// at their begin and their own writes; each autocommit statement runs in an implicit one that sees the newest state.
/// A write conflict (error 112) leaves the transaction open: whoever owns it aborts it.
/// </summary>
internal sealed class Transaction
{
    private readonly DocumentStore store;
    private readonly List<(Collection Collection, Record Record)> writes = [];
    private readonly List<StoreChange> changes = [];
    private readonly List<Collection> created = [];

    internal Transaction(DocumentStore store, long snapshot, bool isExplicit)
    {
        this.store = store;
        Snapshot = snapshot;
        IsExplicit = isExplicit;
        Session = new StoreSession(store, this);
    }

    /// <summary>Operations within this transaction.</summary>
    public StoreSession Session { get; }

    /// <summary>Whatever the owner wants to find again in <see cref="StoreChange.Transaction"/>, such as the session id.</summary>
    public object? Tag { get; set; }

    /// <summary>Neither committed nor aborted.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Something was written.</summary>
    public bool HasWrites => writes.Count > 0 || created.Count > 0;

    internal long Snapshot { get; }

    internal bool IsExplicit { get; }

    /// <summary>Somebody may want to hear of its changes: a statement's are not even noted when nobody listens.</summary>
    internal bool IsHeard => IsExplicit || store.HasListeners;

    /// <summary>Makes all writes visible as one. Can't fail: conflicts are found when writing.</summary>
    public void Commit()
    {
        lock (store.Gate)
        {
            Commit_NeedsGate();
        }

        store.AnnounceEnd(this);
    }

    /// <summary>Takes all writes back. Does nothing when the transaction is over.</summary>
    public void Abort()
    {
        lock (store.Gate)
        {
            Abort_NeedsGate();
        }

        store.AnnounceEnd(this);
    }

    internal void RequireOpen()
    {
        if (!IsOpen)
        {
            throw new CommandError(251, "NoSuchTransaction", "Transaction has been committed or aborted.");
        }
    }

    internal void Wrote(Collection collection, Record record) => writes.Add((collection, record));

    internal void Changed(StoreChange change) => changes.Add(change);

    /// <summary>Whether it has written to the collection.</summary>
    internal bool Touches(Collection collection) =>
        created.Contains(collection) || writes.Exists(write => write.Collection == collection);

    internal void Created(Collection collection) => created.Add(collection);

    internal void Commit_NeedsGate()
    {
        RequireOpen();
        IsOpen = false;
        store.Forget_NeedsGate(this);
        foreach (var collection in created)
        {
            collection.CreatedBy = null;
        }

        if (writes.Count > 0 || changes.Count > 0)
        {
            store.Apply_NeedsGate(writes, changes);
        }
    }

    internal void Abort_NeedsGate()
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        for (var i = writes.Count - 1; i >= 0; i--)
        {
            writes[i].Collection.TakeBack(writes[i].Record);
        }

        foreach (var collection in created)
        {
            collection.IsDropped = true;
            store.Remove_NeedsGate(collection);
        }

        store.Forget_NeedsGate(this);
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;

namespace Weir.Sandbox.Store.Operations;

/// <summary>Runs a statement under the gate: within the session's transaction, or as a commit of its own.</summary>
internal sealed class StatementRunner(DocumentStore store, Transaction? transaction)
{
    public DocumentStore Store => store;

    public Transaction? Transaction => transaction;

    /// <summary>
    /// Runs and commits. A statement that meets a write conflict is undone whole; one that fails in its middle keeps what
    /// it did before, as on a server. Within a transaction nothing is undone here: its owner aborts it.
    /// </summary>
    public T Run<T>(Func<Transaction, T> statement)
    {
        lock (store.Gate)
        {
            if (transaction is not null)
            {
                transaction.RequireOpen();
                return statement(transaction);
            }

            var own = store.BeginStatement();
            try
            {
                var result = statement(own);
                own.Commit_NeedsGate();
                return result;
            }
            catch (CommandError error) when (!error.IsWriteConflict)
            {
                own.Commit_NeedsGate();
                throw;
            }
            finally
            {
                own.Abort_NeedsGate();
            }
        }
    }

    /// <summary>The collection as this session sees it, or null.</summary>
    public Collection? Find_NeedsGate(string database, string name) =>
        store.Find_NeedsGate(database, name) is { } found && found.IsVisibleTo(transaction) ? found : null;

    /// <summary>The collection to write to, made when it is not there.</summary>
    public Collection Require_NeedsGate(string database, string name, Transaction writer)
    {
        if (store.Find_NeedsGate(database, name) is { } found)
        {
            if (!found.IsVisibleTo(transaction))
            {
                throw CommandError.WriteConflict();
            }

            RequireWritable(found);
            return found;
        }

        return Make_NeedsGate(database, name, null, writer);
    }

    /// <summary>Makes a collection that is not there: for others only when the writer commits.</summary>
    public Collection Make_NeedsGate(string database, string name, CappedLimits? capped, Transaction writer)
    {
        var created = new Collection(database, name, capped);
        store.Add_NeedsGate(created);
        if (writer.IsExplicit)
        {
            created.CreatedBy = writer;
            writer.Created(created);
        }

        writer.Changed(
            new StoreChange
            {
                Kind = StoreChangeKind.Create,
                Database = database,
                Collection = name,
                Transaction = writer.IsExplicit ? writer : null,
            }
        );
        return created;
    }

    public void RequireWritable(Collection collection)
    {
        if (collection.Capped is not null && transaction is not null)
        {
            throw new CommandError(
                ErrorCodes.OperationNotSupportedInTransaction,
                $"Collection '{collection.FullName}' is a capped collection. Writes in transactions are not allowed on capped collections."
            );
        }
    }

    /// <summary>What queries of this session may know.</summary>
    public QueryContext Context(BsonDocument? let = null)
    {
        var now = BsonValue.FromMillisecondsSinceEpoch(store.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return LetVariables.With(new QueryContext { Now = now }, let);
    }
}

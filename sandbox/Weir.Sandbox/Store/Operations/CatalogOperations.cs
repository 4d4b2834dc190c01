using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>Databases and collections: make, drop, rename, list.</summary>
internal sealed class CatalogOperations(DocumentStore store, Transaction? transaction)
{
    private readonly StatementRunner runner = new(store, transaction);

    public void Create(string database, string name, BsonDocument options)
    {
        Namespaces.RequireCollection(database, name);
        var capped = CollectionOptions.Parse(options);
        runner.Run(writer =>
        {
            if (store.Find_NeedsGate(database, name) is { } existing)
            {
                if (!existing.IsVisibleTo(transaction))
                {
                    throw CommandError.WriteConflict();
                }

                // Creating it again just as it is is no error.
                return existing.Capped == capped
                    ? true
                    : throw new CommandError(
                        ErrorCodes.NamespaceExists,
                        $"namespace {database}.{name} already exists, but with different options: {ValueText.Of(CollectionOptions.Show(existing))}"
                    );
            }

            runner.Make_NeedsGate(database, name, capped, writer);
            return true;
        });
    }

    public bool Drop(string database, string name, out int indexes)
    {
        Namespaces.RequireDatabase(database);
        RequireNoTransaction("drop");
        lock (store.Gate)
        {
            indexes = 0;
            if (store.Find_NeedsGate(database, name) is not { } collection)
            {
                return false;
            }

            indexes = collection.Indexes.Count;
            Drop_NeedsGate(collection);
            return true;
        }
    }

    public bool DropDatabase(string name)
    {
        Namespaces.RequireDatabase(name);
        RequireNoTransaction("dropDatabase");
        lock (store.Gate)
        {
            if (!store.Databases_NeedsGate.TryGetValue(name, out var database))
            {
                return false;
            }

            foreach (var collection in database.Collections)
            {
                store.RequireUntouched_NeedsGate(collection);
            }

            foreach (var collection in database.Collections.ToArray())
            {
                Drop_NeedsGate(collection);
            }

            store.Apply_NeedsGate(new StoreChange { Kind = StoreChangeKind.DropDatabase, Database = name });
            return true;
        }
    }

    public void Rename(
        string fromDatabase,
        string fromName,
        string toDatabase,
        string toName,
        bool dropTarget
    )
    {
        Namespaces.RequireCollection(fromDatabase, fromName);
        Namespaces.RequireCollection(toDatabase, toName);
        RequireNoTransaction("renameCollection");
        lock (store.Gate)
        {
            var source =
                store.Find_NeedsGate(fromDatabase, fromName)
                ?? throw new CommandError(
                    ErrorCodes.NamespaceNotFound,
                    $"Source collection {fromDatabase}.{fromName} does not exist"
                );
            if (fromDatabase == toDatabase && fromName == toName)
            {
                throw new CommandError(ErrorCodes.IllegalOperation, "Can't rename a collection to itself");
            }

            store.RequireUntouched_NeedsGate(source);
            if (store.Find_NeedsGate(toDatabase, toName) is { } target)
            {
                if (!dropTarget)
                {
                    throw new CommandError(ErrorCodes.NamespaceExists, "target namespace exists");
                }

                store.RequireUntouched_NeedsGate(target);
                target.IsDropped = true;
                store.Remove_NeedsGate(target);
            }

            store.Remove_NeedsGate(source);
            source.MoveTo(toDatabase, toName);
            store.Add_NeedsGate(source);
            store.Apply_NeedsGate(
                new StoreChange
                {
                    Kind = StoreChangeKind.Rename,
                    Database = fromDatabase,
                    Collection = fromName,
                    RenamedTo = source.FullName,
                }
            );
        }
    }

    public bool Exists(string database, string name)
    {
        lock (store.Gate)
        {
            return runner.Find_NeedsGate(database, name) is not null;
        }
    }

    public List<BsonDocument> ListCollections(string database, BsonDocument? filter, bool nameOnly)
    {
        Namespaces.RequireDatabase(database);
        var parsed = FilterParser.Parse(filter ?? [], runner.Context());
        List<BsonDocument> all = [];
        lock (store.Gate)
        {
            if (store.Databases_NeedsGate.TryGetValue(database, out var found))
            {
                foreach (var collection in found.Collections)
                {
                    if (collection.IsVisibleTo(transaction))
                    {
                        all.Add(CollectionOptions.Describe(collection));
                    }
                }
            }
        }

        all.RemoveAll(description => !parsed.Matches(description));
        return nameOnly
            ? all.ConvertAll(static full => new BsonDocument
            {
                ["name"] = full["name"],
                ["type"] = full["type"],
            })
            : all;
    }

    public List<DatabaseInfo> ListDatabases()
    {
        lock (store.Gate)
        {
            var all = new List<DatabaseInfo>();
            foreach (var database in store.Databases_NeedsGate.Values)
            {
                var visible = database.Collections.Where(c => c.IsVisibleTo(transaction)).ToList();
                if (visible.Count > 0)
                {
                    all.Add(new DatabaseInfo(database.Name, visible.Sum(c => c.Bytes), false));
                }
            }

            all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return all;
        }
    }

    public CollectionStatistics? Statistics(string database, string name)
    {
        lock (store.Gate)
        {
            return runner.Find_NeedsGate(database, name) is { } found
                ? new CollectionStatistics(
                    found.Count,
                    found.Bytes,
                    found.Indexes.Count,
                    found.Capped is not null,
                    found.Generation
                )
                : null;
        }
    }

    private void RequireNoTransaction(string command)
    {
        if (transaction is not null)
        {
            throw new CommandError(
                ErrorCodes.OperationNotSupportedInTransaction,
                $"Cannot run '{command}' in a multi-document transaction."
            );
        }
    }

    private void Drop_NeedsGate(Collection collection)
    {
        store.RequireUntouched_NeedsGate(collection);
        collection.IsDropped = true;
        store.Remove_NeedsGate(collection);
        store.Apply_NeedsGate(
            new StoreChange
            {
                Kind = StoreChangeKind.Drop,
                Database = collection.Database,
                Collection = collection.Name,
            }
        );
    }
}

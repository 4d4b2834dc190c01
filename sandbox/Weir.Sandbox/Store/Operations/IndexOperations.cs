using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Indexes;
using Weir.Sandbox.Store.Reading;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>Make, drop and list indexes.</summary>
internal sealed class IndexOperations(DocumentStore store, Transaction? transaction)
{
    private readonly StatementRunner runner = new(store, transaction);

    public List<BsonDocument> List(string database, string name)
    {
        Namespaces.RequireDatabase(database);
        lock (store.Gate)
        {
            return
            [
                .. Require(database, name, $"ns does not exist: {database}.{name}")
                    .Indexes.Select(static index => index.Definition.Specification.Clone()),
            ];
        }
    }

    public CreateIndexesResult Create(
        string database,
        string name,
        IReadOnlyList<BsonDocument> specifications
    )
    {
        Namespaces.RequireCollection(database, name);
        if (specifications.Count == 0)
        {
            throw CommandError.BadValue("Must specify at least one index to create");
        }

        var context = runner.Context();
        var definitions = specifications.Select(s => IndexSpecification.Parse(s, context)).ToList();
        return runner.Run(writer =>
        {
            var existed = runner.Find_NeedsGate(database, name) is not null;
            var collection = runner.Require_NeedsGate(database, name, writer);
            if (transaction is not null && collection.CreatedBy != transaction)
            {
                throw new CommandError(
                    ErrorCodes.OperationNotSupportedInTransaction,
                    $"Cannot create new indexes on existing collection {collection.FullName} in a multi-document transaction."
                );
            }

            var before = collection.Indexes.Count;
            var made = new List<IndexDefinition>();
            try
            {
                foreach (var definition in definitions)
                {
                    if (!IsThere(collection, definition))
                    {
                        collection.AddIndex(definition);
                        made.Add(definition);
                    }
                }
            }
            catch (CommandError)
            {
                made.ForEach(definition => Remove(collection, definition.Name));
                throw;
            }

            if (made.Count > 0)
            {
                writer.Changed(Change(StoreChangeKind.CreateIndexes, collection));
                store.WatchExpiry_NeedsGate(made);
            }

            return new CreateIndexesResult(before, collection.Indexes.Count, !existed);
        });
    }

    public int Drop(string database, string name, BsonValue index)
    {
        Namespaces.RequireDatabase(database);
        if (transaction is not null)
        {
            throw new CommandError(
                ErrorCodes.OperationNotSupportedInTransaction,
                "Cannot run 'dropIndexes' in a multi-document transaction."
            );
        }

        lock (store.Gate)
        {
            var collection = Require(database, name, $"ns not found {database}.{name}");
            store.RequireUntouched_NeedsGate(collection);
            var before = collection.Indexes.Count;
            foreach (var definition in Chosen(collection, index))
            {
                Remove(collection, definition.Name);
            }

            store.Apply_NeedsGate(Change(StoreChangeKind.DropIndexes, collection));
            return before;
        }
    }

    private static StoreChange Change(StoreChangeKind kind, Collection collection) =>
        new()
        {
            Kind = kind,
            Database = collection.Database,
            Collection = collection.Name,
        };

    private static void Remove(Collection collection, string name)
    {
        if (collection.FindIndex(name) is { } index)
        {
            collection.RemoveIndex(index);
        }
    }

    private static List<IndexDefinition> Chosen(Collection collection, BsonValue index)
    {
        var all = collection.Indexes.Select(static i => i.Definition).ToList();
        if (index.IsString && index.AsString == "*")
        {
            return all.FindAll(static definition => !definition.IsId);
        }

        if (index.IsArray)
        {
            return [.. index.AsArray.SelectMany(name => Chosen(collection, name))];
        }

        var found =
            index.IsString ? all.Find(definition => definition.Name == index.AsString)
            : index.IsDocument ? all.Find(definition => QueryPlan.SameKey(definition.Key, index.AsDocument))
            : throw CommandError.TypeMismatch(
                "The 'index' must be a string, an object or an array of strings"
            );
        if (found is null)
        {
            throw new CommandError(
                ErrorCodes.IndexNotFound,
                index.IsString
                    ? $"index not found with name [{index.AsString}]"
                    : $"can't find index with key: {ValueText.Of(index)}"
            );
        }

        return found.IsId
            ? throw new CommandError(ErrorCodes.InvalidOptions, "cannot drop _id index")
            : [found];
    }

    private static bool IsThere(Collection collection, IndexDefinition wanted)
    {
        foreach (var index in collection.Indexes)
        {
            var there = index.Definition;
            var sameKey = QueryPlan.SameKey(there.Key, wanted.Key);
            if (there.IsId && sameKey)
            {
                return true;
            }

            if (there.Name == wanted.Name)
            {
                return sameKey && SameOptions(there, wanted)
                    ? true
                    : throw new CommandError(
                        ErrorCodes.IndexKeySpecsConflict,
                        "An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. "
                            + $"Requested index: {ValueText.Of(wanted.Specification)}, existing index: {ValueText.Of(there.Specification)}"
                    );
            }

            if (sameKey && there.IsPartial == wanted.IsPartial)
            {
                throw new CommandError(
                    ErrorCodes.IndexOptionsConflict,
                    $"Index already exists with a different name: {there.Name}"
                );
            }
        }

        return false;
    }

    private static bool SameOptions(IndexDefinition left, IndexDefinition right) =>
        left.IsUnique == right.IsUnique
        && left.IsSparse == right.IsSparse
        && left.ExpireAfterSeconds == right.ExpireAfterSeconds
        && left.Specification.GetValueOrDefault("partialFilterExpression")
            == right.Specification.GetValueOrDefault("partialFilterExpression");

    private Collection Require(string database, string name, string otherwise) =>
        runner.Find_NeedsGate(database, name)
        ?? throw new CommandError(ErrorCodes.NamespaceNotFound, otherwise);
}

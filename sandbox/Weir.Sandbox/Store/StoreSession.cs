using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Operations;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store;

/// <summary>
/// What commands do to the store, either committing statement by statement or within one transaction. Failures are
/// <see cref="CommandError"/>s. Outside a transaction a write conflict (112) means that an open transaction holds the
/// document: wait for <see cref="DocumentStore.TransactionEnded"/> and try again.
/// </summary>
internal sealed class StoreSession
{
    private readonly WriteOperations writes;
    private readonly ReadOperations reads;
    private readonly CatalogOperations catalog;
    private readonly IndexOperations indexes;

    internal StoreSession(DocumentStore store, Transaction? transaction)
    {
        Store = store;
        Transaction = transaction;
        writes = new WriteOperations(store, transaction);
        reads = new ReadOperations(store, transaction);
        catalog = new CatalogOperations(store, transaction);
        indexes = new IndexOperations(store, transaction);
    }

    public DocumentStore Store { get; }

    /// <summary>The transaction, or null when every statement commits by itself.</summary>
    public Transaction? Transaction { get; }

    // Writes. The collection is made when it is not there.

    /// <summary>Inserts; a document without an _id gets one. In a transaction the first failure is thrown.</summary>
    public InsertResult Insert(
        string database,
        string collection,
        IReadOnlyList<BsonDocument> documents,
        bool ordered = true
    ) => writes.Insert(database, collection, documents, ordered);

    public UpdateResult Update(
        string database,
        string collection,
        IReadOnlyList<UpdateStatement> statements,
        bool ordered = true
    ) => writes.Update(database, collection, statements, ordered);

    public DeleteResult Delete(
        string database,
        string collection,
        IReadOnlyList<DeleteStatement> statements,
        bool ordered = true
    ) => writes.Delete(database, collection, statements, ordered);

    public FindAndModifyResult FindAndModify(
        string database,
        string collection,
        FindAndModifySpec specification
    ) => writes.FindAndModify(database, collection, specification);

    // Reads. A collection that is not there is empty.

    public DocumentCursor Find(string database, string collection, FindSpec specification) =>
        reads.Find(database, collection, specification);

    public DocumentCursor Aggregate(string database, string collection, AggregateSpec specification) =>
        reads.Aggregate(database, collection, specification);

    /// <summary>Runs a pipeline over documents from elsewhere ($currentOp, $changeStream, …); $lookup reads the database.</summary>
    public DocumentCursor Aggregate(
        string database,
        IEnumerable<BsonDocument> source,
        AggregateSpec specification
    ) => reads.Aggregate(database, source, specification);

    public long Count(string database, string collection, CountSpec specification) =>
        reads.Count(database, collection, specification);

    /// <summary>The collection's committed documents, from its counter (<c>estimatedDocumentCount</c>).</summary>
    public long CountAll(string database, string collection) => reads.CountAll(database, collection);

    public BsonArray Distinct(
        string database,
        string collection,
        string key,
        BsonDocument filter,
        BsonDocument? collation = null
    ) => reads.Distinct(database, collection, key, filter, collation);

    // Catalog.

    /// <summary>Creates a collection from a create command's own options (capped, size, max); the rest is refused.</summary>
    public void CreateCollection(string database, string collection, BsonDocument? options = null) =>
        catalog.Create(database, collection, options ?? []);

    /// <summary>Drops; false when there was nothing. <paramref name="indexCount"/> is how many indexes it had.</summary>
    public bool DropCollection(string database, string collection, out int indexCount) =>
        catalog.Drop(database, collection, out indexCount);

    /// <summary>Drops; false when there was nothing.</summary>
    public bool DropDatabase(string database) => catalog.DropDatabase(database);

    /// <summary>Renames in one step, so that readers see the old or the new, never half.</summary>
    public void RenameCollection(
        string fromDatabase,
        string fromCollection,
        string toDatabase,
        string toCollection,
        bool dropTarget = false
    ) => catalog.Rename(fromDatabase, fromCollection, toDatabase, toCollection, dropTarget);

    public bool CollectionExists(string database, string collection) => catalog.Exists(database, collection);

    /// <summary>Documents as listCollections shows them.</summary>
    public List<BsonDocument> ListCollections(
        string database,
        BsonDocument? filter = null,
        bool nameOnly = false
    ) => catalog.ListCollections(database, filter, nameOnly);

    public List<DatabaseInfo> ListDatabases() => catalog.ListDatabases();

    /// <summary>Documents as listIndexes shows them; error 26 when the collection is not there.</summary>
    public List<BsonDocument> ListIndexes(string database, string collection) =>
        indexes.List(database, collection);

    /// <summary>Makes indexes from a createIndexes command's <c>indexes</c>; all or none.</summary>
    public CreateIndexesResult CreateIndexes(
        string database,
        string collection,
        IReadOnlyList<BsonDocument> specifications
    ) => indexes.Create(database, collection, specifications);

    /// <summary>Drops by name, key pattern, array of names, or "*"; returns how many there were before.</summary>
    public int DropIndexes(string database, string collection, BsonValue index) =>
        indexes.Drop(database, collection, index);

    /// <summary>Figures for collStats and dbStats; null when the collection is not there.</summary>
    public CollectionStatistics? Statistics(string database, string collection) =>
        catalog.Statistics(database, collection);
}

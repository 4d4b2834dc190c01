using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

#pragma warning disable CA1822, CS9113
internal sealed class CatalogOperations(DocumentStore store, Transaction? transaction)
{
    public void Create(string d, string c, BsonDocument o) => throw new NotSupportedException("Not here yet");

    public bool Drop(string d, string c, out int n) => throw new NotSupportedException("Not here yet");

    public bool DropDatabase(string d) => throw new NotSupportedException("Not here yet");

    public void Rename(string a, string b, string c, string d, bool e) =>
        throw new NotSupportedException("Not here yet");

    public bool Exists(string d, string c) => throw new NotSupportedException("Not here yet");

    public List<BsonDocument> ListCollections(string d, BsonDocument? f, bool n) =>
        throw new NotSupportedException("Not here yet");

    public List<DatabaseInfo> ListDatabases() => throw new NotSupportedException("Not here yet");

    public List<BsonDocument> ListIndexes(string d, string c) =>
        throw new NotSupportedException("Not here yet");

    public CreateIndexesResult CreateIndexes(string d, string c, IReadOnlyList<BsonDocument> s) =>
        throw new NotSupportedException("Not here yet");

    public int DropIndexes(string d, string c, BsonValue i) =>
        throw new NotSupportedException("Not here yet");

    public CollectionStatistics? Statistics(string d, string c) =>
        throw new NotSupportedException("Not here yet");
}

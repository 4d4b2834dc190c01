using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

#pragma warning disable CA1822, CS9113
internal sealed class ReadOperations(DocumentStore store, Transaction? transaction)
{
    public DocumentCursor Find(string d, string c, FindSpec s) =>
        throw new NotSupportedException("Not here yet");

    public DocumentCursor Aggregate(string d, string c, AggregateSpec s) =>
        throw new NotSupportedException("Not here yet");

    public DocumentCursor Aggregate(string d, IEnumerable<BsonDocument> c, AggregateSpec s) =>
        throw new NotSupportedException("Not here yet");

    public long Count(string d, string c, CountSpec s) => throw new NotSupportedException("Not here yet");

    public long CountAll(string d, string c) => throw new NotSupportedException("Not here yet");

    public BsonArray Distinct(string d, string c, string k, BsonDocument f, BsonDocument? l) =>
        throw new NotSupportedException("Not here yet");
}

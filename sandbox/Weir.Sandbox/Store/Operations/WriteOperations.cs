using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

#pragma warning disable CA1822, CS9113
internal sealed class WriteOperations(DocumentStore store, Transaction? transaction)
{
    public InsertResult Insert(string d, string c, IReadOnlyList<BsonDocument> x, bool o) =>
        throw new NotSupportedException("Not here yet");

    public UpdateResult Update(string d, string c, IReadOnlyList<UpdateStatement> x, bool o) =>
        throw new NotSupportedException("Not here yet");

    public DeleteResult Delete(string d, string c, IReadOnlyList<DeleteStatement> x, bool o) =>
        throw new NotSupportedException("Not here yet");

    public FindAndModifyResult FindAndModify(string d, string c, FindAndModifySpec s) =>
        throw new NotSupportedException("Not here yet");
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>What a findAndModify did: the fields of its reply's <c>value</c> and <c>lastErrorObject</c>.</summary>
/// <param name="Value">The document, before or after; null when there is none to show.</param>
/// <param name="Count">How many documents were changed, removed or upserted (0 or 1).</param>
/// <param name="UpdatedExisting">A document matched and was updated.</param>
/// <param name="Upserted">The _id of the document an upsert made.</param>
internal sealed record FindAndModifyResult(
    BsonDocument? Value,
    int Count,
    bool UpdatedExisting,
    BsonValue? Upserted
);

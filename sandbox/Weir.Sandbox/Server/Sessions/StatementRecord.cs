using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>What a statement of a retryable write did; a retry is answered from it.</summary>
/// <param name="Count">Documents inserted, matched or deleted.</param>
/// <param name="Modified">Documents an update changed.</param>
/// <param name="Upserted">The _id of the document an upsert made.</param>
/// <param name="Reply">The whole answer of a findAndModify.</param>
internal sealed record StatementRecord(
    long Count,
    long Modified = 0,
    BsonValue? Upserted = null,
    BsonDocument? Reply = null
);

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Updates;

/// <summary>A parsed update. Immutable; safe for many threads.</summary>
internal abstract class DocumentUpdate
{
    /// <summary>It uses <c>$</c>, so it wants to know which array element matched.</summary>
    public virtual bool IsPositional => false;

    /// <summary>The document after the update; the one given may be changed on the way.</summary>
    public abstract BsonDocument Apply(BsonDocument document, int? matchedIndex, bool isInsert);
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Projections;

/// <summary>A parsed projection. Immutable; safe for many threads.</summary>
internal sealed class Projection(ProjectionNode root, bool includes, QueryContext context)
{
    /// <summary>The document as the projection shows it; the one given is not changed.</summary>
    public BsonDocument Apply(BsonDocument document) => root.Apply(document, document, includes, context);
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>A parsed stage. Immutable; it never changes the documents that it is given.</summary>
internal abstract class Stage
{
    public abstract IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents);
}

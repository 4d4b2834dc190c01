using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>A parsed filter. Immutable; safe for many threads.</summary>
internal abstract class Filter
{
    public abstract bool Matches(BsonDocument document, MatchTrace? trace = null);

    /// <summary>Adds the conditions "this path equals one of these values" that every match fulfils.</summary>
    public virtual void CollectEqualities(List<Equality> into) { }

    /// <summary>Adds the top-level fields it looks at; false when it may look at any.</summary>
    public virtual bool CollectRoots(ISet<string> into) => false;
}

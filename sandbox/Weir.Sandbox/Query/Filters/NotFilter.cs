using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>Its part does not match. Negation never says which array element it was.</summary>
internal sealed class NotFilter(Filter part) : Filter
{
    public override bool Matches(BsonDocument document, MatchTrace? trace = null) => !part.Matches(document);

    public override bool CollectRoots(ISet<string> into) => part.CollectRoots(into);
}

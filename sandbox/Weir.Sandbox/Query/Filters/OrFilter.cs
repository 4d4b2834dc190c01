using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>At least one of its parts matches.</summary>
internal sealed class OrFilter(IReadOnlyList<Filter> parts) : Filter
{
    public override bool Matches(BsonDocument document, MatchTrace? trace = null)
    {
        foreach (var part in parts)
        {
            if (part.Matches(document, trace))
            {
                return true;
            }
        }

        return false;
    }

    public override void CollectEqualities(List<Equality> into)
    {
        if (parts.Count == 1)
        {
            parts[0].CollectEqualities(into);
        }
    }

    public override bool CollectRoots(ISet<string> into) => parts.All(part => part.CollectRoots(into));
}

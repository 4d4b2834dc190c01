using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>All of its parts match; without parts, everything does.</summary>
internal sealed class AndFilter(IReadOnlyList<Filter> parts) : Filter
{
    public static AndFilter Everything { get; } = new([]);

    public bool IsEmpty => parts.Count == 0;

    public override bool Matches(BsonDocument document, MatchTrace? trace = null)
    {
        foreach (var part in parts)
        {
            if (!part.Matches(document, trace))
            {
                return false;
            }
        }

        return true;
    }

    public override void CollectEqualities(List<Equality> into)
    {
        foreach (var part in parts)
        {
            part.CollectEqualities(into);
        }
    }

    public override bool CollectRoots(ISet<string> into) => parts.All(part => part.CollectRoots(into));
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>$alwaysTrue and $alwaysFalse.</summary>
internal sealed class ConstantFilter(bool answer) : Filter
{
    public override bool Matches(BsonDocument document, MatchTrace? trace = null) => answer;

    public override bool CollectRoots(ISet<string> into) => true;
}

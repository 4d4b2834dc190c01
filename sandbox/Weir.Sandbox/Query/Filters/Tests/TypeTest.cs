using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$type: one of some types.</summary>
internal sealed class TypeTest(IReadOnlySet<BsonType> types) : ValueTest
{
    public override bool Matches(BsonValue value, MatchTrace? trace) => types.Contains(value.Type);
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$eq. Null is also what is not there.</summary>
internal sealed class EqualTest(BsonValue operand) : ValueTest
{
    public override bool MatchesMissing => operand.IsNull;

    public override IReadOnlyList<BsonValue>? Wanted { get; } = [operand];

    public override bool IsExact => true;

    public override bool Matches(BsonValue value, MatchTrace? trace) => BsonOrder.Same(value, operand);
}

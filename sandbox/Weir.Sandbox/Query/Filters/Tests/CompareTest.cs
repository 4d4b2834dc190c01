using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$gt, $gte, $lt, $lte: within the operand's type bracket only.</summary>
/// <param name="operand">What to compare with.</param>
/// <param name="sign">1 for greater, -1 for less.</param>
/// <param name="orEqual">Equal passes too.</param>
internal sealed class CompareTest(BsonValue operand, int sign, bool orEqual) : ValueTest
{
    private readonly bool isNaN = operand.IsNumber && Numbers.IsNaN(operand);
    private readonly bool isBound = operand.Type is BsonType.MinKey or BsonType.MaxKey;

    public override bool MatchesMissing => operand.IsNull && orEqual;

    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (!isBound && !BsonOrder.SameBracket(value, operand))
        {
            return false;
        }

        if (isNaN || (value.IsNumber && operand.IsNumber && Numbers.IsNaN(value)))
        {
            return orEqual && isNaN && Numbers.IsNaN(value);
        }

        var result = Math.Sign(BsonOrder.Compare(value, operand));
        return result == sign || (orEqual && result == 0);
    }
}

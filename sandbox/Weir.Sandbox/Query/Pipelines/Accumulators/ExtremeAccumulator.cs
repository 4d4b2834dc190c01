using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$min (sign -1) and $max (sign 1); null and missing don't count.</summary>
internal sealed class ExtremeAccumulator(int sign) : Accumulator
{
    private BsonValue? best;

    public override BsonValue Result => best ?? BsonValue.Null;

    public override void Add(BsonValue? value)
    {
        if (
            value is { Type: not (BsonType.Null or BsonType.Undefined) } present
            && (best is null || Math.Sign(BsonOrder.Compare(present, best.Value)) == sign)
        )
        {
            best = present;
        }
    }
}

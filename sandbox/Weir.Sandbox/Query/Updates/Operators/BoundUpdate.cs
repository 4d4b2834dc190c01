using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$min (sign -1) and $max (sign 1).</summary>
internal sealed class BoundUpdate(BsonValue operand, int sign) : FieldUpdate
{
    public override void Apply(Slot slot)
    {
        if (!slot.TryGet(out var value) || Math.Sign(BsonOrder.Compare(operand, value)) == sign)
        {
            slot.Set(operand.Clone());
        }
    }
}

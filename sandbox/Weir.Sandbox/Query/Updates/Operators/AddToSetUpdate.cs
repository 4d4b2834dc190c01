using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$addToSet.</summary>
internal sealed class AddToSetUpdate(BsonArray values) : FieldUpdate
{
    public static AddToSetUpdate Parse(BsonValue operand) => new(ArraySlot.Each(operand, "$addToSet"));

    public override void Apply(Slot slot)
    {
        var array = ArraySlot.Get(slot, "$addToSet", ErrorCodes.BadValue);
        var there = new HashSet<BsonValue>(array, BsonOrder.Instance);
        foreach (var value in values)
        {
            if (there.Add(value))
            {
                array.Add(value.Clone());
            }
        }

        slot.Set(array);
    }
}

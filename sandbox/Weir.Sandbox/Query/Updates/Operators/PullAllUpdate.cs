using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$pullAll: every element equal to one of the values goes.</summary>
internal sealed class PullAllUpdate(BsonArray values) : FieldUpdate
{
    private readonly HashSet<BsonValue> values = new(values, BsonOrder.Instance);

    public override bool CreatesPath => false;

    public static PullAllUpdate Parse(BsonValue operand) =>
        operand.IsArray
            ? new PullAllUpdate(operand.AsArray)
            : throw CommandError.BadValue(
                $"$pullAll requires an array argument but was given a {ValueText.TypeName(operand.Type)}"
            );

    public override void Apply(Slot slot)
    {
        if (slot.TryGet(out _))
        {
            var array = ArraySlot.Get(slot, "$pull", ErrorCodes.BadValue);
            for (var i = array.Count - 1; i >= 0; i--)
            {
                if (values.Contains(array[i]))
                {
                    array.RemoveAt(i);
                }
            }
        }
    }
}

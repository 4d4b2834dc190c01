using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$pop: the first (-1) or last (1) element goes.</summary>
internal sealed class PopUpdate(bool first) : FieldUpdate
{
    public override bool CreatesPath => false;

    public static PopUpdate Parse(string path, BsonValue operand) =>
        Numbers.TryWhole(operand, out var end) && end is 1 or -1
            ? new PopUpdate(end == -1)
            : throw CommandError.FailedToParse(
                $"$pop expects 1 or -1, found: {ValueText.Of(operand)} in '{path}'"
            );

    public override void Apply(Slot slot)
    {
        if (!slot.TryGet(out var value))
        {
            return;
        }

        if (!value.IsArray)
        {
            throw CommandError.TypeMismatch(
                $"Path '{slot.Name}' contains an element of non-array type '{ValueText.TypeName(value.Type)}'"
            );
        }

        var array = value.AsArray;
        if (array.Count > 0)
        {
            array.RemoveAt(first ? 0 : array.Count - 1);
        }
    }
}

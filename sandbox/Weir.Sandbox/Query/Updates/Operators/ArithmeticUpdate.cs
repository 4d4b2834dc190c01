using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$inc and $mul.</summary>
internal sealed class ArithmeticUpdate : FieldUpdate
{
    private readonly string name;
    private readonly BsonValue operand;

    private ArithmeticUpdate(string name, BsonValue operand) => (this.name, this.operand) = (name, operand);

    public static ArithmeticUpdate Parse(string name, string path, BsonValue operand) =>
        operand.IsNumber
            ? new ArithmeticUpdate(name, operand)
            : throw CommandError.TypeMismatch(
                $"Cannot {(name == "$inc" ? "increment" : "multiply")} with non-numeric argument: {{{path}: {ValueText.Of(operand)}}}"
            );

    public override void Apply(Slot slot)
    {
        if (!slot.TryGet(out var value))
        {
            // Multiplying nothing gives zero of the operand's type.
            slot.Set(name == "$inc" ? operand : Numbers.Multiply(operand, 0));
            return;
        }

        if (!value.IsNumber)
        {
            throw CommandError.TypeMismatch(
                $"Cannot apply {name} to a value of non-numeric type. {slot.RootText} has the field '{slot.Name}' of non-numeric type {ValueText.TypeName(value.Type)}"
            );
        }

        var result = name == "$inc" ? Numbers.Add(value, operand) : Numbers.Multiply(value, operand);
        if (result.IsDouble && Numbers.IsInteger(value) && Numbers.IsInteger(operand))
        {
            throw CommandError.BadValue(
                $"Failed to apply {name} operations to current value (({ValueText.TypeName(value.Type)}){ValueText.Of(value)}) for document {slot.RootText}"
            );
        }

        slot.Set(result);
    }
}

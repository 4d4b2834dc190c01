using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$bit.</summary>
internal sealed class BitUpdate : FieldUpdate
{
    private readonly BsonDocument operations;

    private BitUpdate(BsonDocument operations) => this.operations = operations;

    public static BitUpdate Parse(string path, BsonValue operand)
    {
        if (!operand.IsDocument || operand.AsDocument.Count == 0)
        {
            throw CommandError.BadValue(
                $"The $bit modifier is not compatible with a {ValueText.TypeName(operand.Type)}. You must pass in an embedded document: {{$bit: {{field: {{and/or/xor: #}}}}"
            );
        }

        foreach (var (name, value) in operand.AsDocument)
        {
            if (name is not ("and" or "or" or "xor") || !Numbers.IsInteger(value))
            {
                throw CommandError.BadValue(
                    $"The $bit modifier only supports 'and', 'or', and 'xor' with an integer, not '{name}: {ValueText.Of(value)}' for '{path}'"
                );
            }
        }

        return new BitUpdate(operand.AsDocument);
    }

    public override void Apply(Slot slot)
    {
        if (!slot.TryGet(out var value))
        {
            value = 0;
        }

        if (!Numbers.IsInteger(value))
        {
            throw CommandError.BadValue(
                $"Cannot apply $bit to a value of non-integral type. {slot.RootText} has the field {slot.Name} of non-integer type {ValueText.TypeName(value.Type)}"
            );
        }

        var isLong = value.IsInt64;
        var bits = value.ToInt64();
        foreach (var (name, operand) in operations)
        {
            isLong |= operand.IsInt64;
            bits = name switch
            {
                "and" => bits & operand.ToInt64(),
                "or" => bits | operand.ToInt64(),
                _ => bits ^ operand.ToInt64(),
            };
        }

        slot.Set(isLong ? (BsonValue)bits : (int)bits);
    }
}

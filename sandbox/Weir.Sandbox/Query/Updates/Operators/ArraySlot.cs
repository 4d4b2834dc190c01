using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>The array that an array operator works on.</summary>
internal static class ArraySlot
{
    /// <summary>The array; an empty one, not yet set, where the field is missing.</summary>
    public static BsonArray Get(Slot slot, string operation, int code)
    {
        if (!slot.TryGet(out var value))
        {
            return [];
        }

        return value.IsArray
            ? value.AsArray
            : throw new CommandError(
                code,
                operation == "$push"
                    ? $"The field '{slot.Name}' must be an array but is of type {ValueText.TypeName(value.Type)} in document {slot.RootText}"
                    : $"Cannot apply {operation} to non-array field. Field named '{slot.Name}' has non-array type {ValueText.TypeName(value.Type)}"
            );
    }

    /// <summary>The values of an <c>$each</c>, or the operand itself.</summary>
    public static BsonArray Each(BsonValue operand, string operation)
    {
        if (
            !operand.IsDocument
            || operand.AsDocument.Count == 0
            || operand.AsDocument[0].Name is not ['$', ..]
        )
        {
            return [operand];
        }

        if (!operand.AsDocument.TryGetValue("$each", out var each))
        {
            return [operand];
        }

        return each.IsArray
            ? each.AsArray
            : throw CommandError.TypeMismatch(
                $"The argument to $each in {operation} must be an array but it was of type {ValueText.TypeName(each.Type)}"
            );
    }
}

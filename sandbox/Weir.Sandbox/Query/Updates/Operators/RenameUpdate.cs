using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$rename.</summary>
internal sealed class RenameUpdate : FieldUpdate
{
    private RenameUpdate(FieldPath target) => Target = target;

    public FieldPath Target { get; }

    public override bool CreatesPath => false;

    public static RenameUpdate Parse(UpdatePath source, BsonValue target)
    {
        if (!target.IsString)
        {
            throw CommandError.BadValue(
                $"The 'to' field for $rename must be a string: {source.Text}: {ValueText.Of(target)}"
            );
        }

        if (
            source.Text.Contains('$', StringComparison.Ordinal)
            || target.AsString.Contains('$', StringComparison.Ordinal)
        )
        {
            throw CommandError.BadValue(
                $"The source and target field for $rename must not be dynamic: {source.Text}"
            );
        }

        if (target.AsString.Length == 0 || target.AsString.Split('.').Contains(""))
        {
            throw new CommandError(ErrorCodes.EmptyFieldName, "An empty update path is not valid.");
        }

        return target.AsString == source.Text
            ? throw CommandError.BadValue(
                $"The source and target field for $rename must differ: {source.Text}: {ValueText.Of(target)}"
            )
            : new RenameUpdate(FieldPath.Parse(target.AsString));
    }

    public override void Apply(Slot slot)
    {
        if (slot.IsElement)
        {
            throw CommandError.BadValue(
                $"The source field cannot be an array element, '{slot.Name}' in doc with {slot.RootText} has an array on its way"
            );
        }

        if (slot.TryGet(out var value))
        {
            slot.Unset();
            PathEditor.Create(slot.Root, Target).Set(value);
        }
    }
}

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$unset.</summary>
internal sealed class UnsetUpdate : FieldUpdate
{
    public override bool CreatesPath => false;

    public override void Apply(Slot slot) => slot.Unset();
}

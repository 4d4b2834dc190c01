namespace Weir.Sandbox.Query.Updates;

/// <summary>What an update operator does to one field.</summary>
internal abstract class FieldUpdate
{
    /// <summary>Whether documents on the way are made where they are missing.</summary>
    public virtual bool CreatesPath => true;

    /// <summary>$setOnInsert.</summary>
    public virtual bool OnInsertOnly => false;

    public abstract void Apply(Slot slot);
}

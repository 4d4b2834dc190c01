using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$set and $setOnInsert.</summary>
internal sealed class SetUpdate(BsonValue value, bool onInsertOnly) : FieldUpdate
{
    public override bool OnInsertOnly => onInsertOnly;

    public override void Apply(Slot slot) => slot.Set(value.Clone());
}

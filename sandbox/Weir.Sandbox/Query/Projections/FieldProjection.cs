using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Projections;

/// <summary>What a projection does to one field. Immutable.</summary>
internal abstract class FieldProjection
{
    /// <summary>Computed from the whole document, so it appears where the field is missing too.</summary>
    public virtual bool IsComputed => false;

    /// <summary>The value to show, or null for none.</summary>
    /// <param name="value">The field's value; null where it is missing (computed ones only).</param>
    public abstract BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context);
}

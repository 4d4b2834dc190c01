using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Projections;

/// <summary>Shows a field as it is, or hides it.</summary>
internal sealed class KeepField(bool keep) : FieldProjection
{
    public static KeepField Shown { get; } = new(true);

    public static KeepField Hidden { get; } = new(false);

    public bool IsShown => keep;

    public override BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context) =>
        keep ? value : null;
}

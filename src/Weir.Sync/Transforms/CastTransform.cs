using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>
/// Turns a field into another type. Null stays null, an empty text becomes null (but for <see cref="CastType.String"/>),
/// a field that is missing stays so; a value that cannot be cast is refused.
/// </summary>
public sealed record CastTransform(string Path, CastType Type) : Transform
{
    internal override bool Touches(string field) => IsOf(Path, field);

    internal override TransformOutcome Apply(BsonDocument record)
    {
        if (!Field.TryGet(record, Path, out var value) || value.IsNull)
        {
            return TransformOutcome.Kept;
        }
        if (Casts.TryCast(value, Type, out var cast))
        {
            Field.TrySet(record, Path, cast);
            return TransformOutcome.Kept;
        }
        return TransformOutcome.Refused(
            $"cast: '{Path}' is {value.Type} and cannot become {Type.ToString().ToLowerInvariant()}"
        );
    }
}

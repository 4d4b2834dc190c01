using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Removes a field.</summary>
public sealed record DropTransform(string Path) : Transform
{
    internal override bool Touches(string field) => IsOf(Path, field);

    internal override TransformOutcome Apply(BsonDocument record)
    {
        Field.Remove(record, Path);
        return TransformOutcome.Kept;
    }
}

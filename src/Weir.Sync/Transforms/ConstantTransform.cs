using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Sets a field to a value, whether it was there or not.</summary>
public sealed record ConstantTransform(string Path, BsonValue Value) : Transform
{
    internal override bool Touches(string field) => IsOf(Path, field);

    internal override TransformOutcome Apply(BsonDocument record) =>
        Field.TrySet(record, Path, Value)
            ? TransformOutcome.Kept
            : TransformOutcome.Refused($"constant: '{Path}' leads through a value that is no document");
}

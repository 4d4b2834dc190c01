using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Renames a field. A field that already has the new name is replaced; one that is missing stays so.</summary>
public sealed record RenameTransform(string From, string To) : Transform
{
    internal override bool Touches(string field) => IsOf(From, field) || IsOf(To, field);

    internal override TransformOutcome Apply(BsonDocument record)
    {
        if (!Field.TryGet(record, From, out var value))
        {
            return TransformOutcome.Kept;
        }
        var isPlain = !From.Contains('.') && !To.Contains('.');
        if (isPlain && !record.Contains(To))
        {
            // In its place: the order of fields is kept.
            record[record.IndexOf(From)] = new BsonElement(To, value);
            return TransformOutcome.Kept;
        }
        Field.Remove(record, From);
        return Field.TrySet(record, To, value)
            ? TransformOutcome.Kept
            : TransformOutcome.Refused($"rename: '{To}' leads through a value that is no document");
    }
}

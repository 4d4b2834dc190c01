using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Updates;

/// <summary>Update operators, each on a path, in the order of the paths.</summary>
internal sealed class OperatorUpdate(IReadOnlyList<(UpdatePath Path, FieldUpdate Update)> updates)
    : DocumentUpdate
{
    public override bool IsPositional { get; } = updates.Any(static entry => entry.Path.IsPositional);

    public override BsonDocument Apply(BsonDocument document, int? matchedIndex, bool isInsert)
    {
        foreach (var (path, update) in updates)
        {
            if (!update.OnInsertOnly || isInsert)
            {
                path.Each(document, matchedIndex, update.CreatesPath, update.Apply);
            }
        }

        return document;
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>A document with one place changed; what is on the way is copied, the rest is shared.</summary>
internal static class PathRewrite
{
    public static BsonDocument Set(BsonDocument document, FieldPath path, BsonValue value) =>
        Rewrite(document, path, 0, value);

    public static BsonDocument Remove(BsonDocument document, FieldPath path) =>
        Rewrite(document, path, 0, null);

    private static BsonDocument Rewrite(BsonDocument document, FieldPath path, int depth, BsonValue? value)
    {
        var copy = new BsonDocument(document);
        var name = path[depth];
        if (depth < path.Length - 1)
        {
            var child = copy.GetValueOrDefault(name);
            copy[name] = Rewrite(child.IsDocument ? child.AsDocument : [], path, depth + 1, value);
        }
        else if (value is { } content)
        {
            copy[name] = content;
        }
        else
        {
            copy.Remove(name);
        }

        return copy;
    }
}

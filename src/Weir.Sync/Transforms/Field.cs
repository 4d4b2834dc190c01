using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>A field by its dotted path through documents; arrays are not looked into.</summary>
internal static class Field
{
    public static bool TryGet(BsonDocument record, string path, out BsonValue value)
    {
        value = default;
        return Parent(record, path, make: false) is var (parent, name) && parent.TryGetValue(name, out value);
    }

    /// <summary>Sets it in place or at the end, making the documents on the way; false where a value is in the way.</summary>
    public static bool TrySet(BsonDocument record, string path, BsonValue value)
    {
        if (Parent(record, path, make: true) is not var (parent, name))
        {
            return false;
        }
        parent[name] = value;
        return true;
    }

    public static bool Remove(BsonDocument record, string path) =>
        Parent(record, path, make: false) is var (parent, name) && parent.Remove(name);

    private static (BsonDocument Parent, string Name)? Parent(BsonDocument record, string path, bool make)
    {
        var parent = record;
        var rest = path;
        for (int dot; (dot = rest.IndexOf('.', StringComparison.Ordinal)) >= 0; rest = rest[(dot + 1)..])
        {
            var name = rest[..dot];
            if (!parent.TryGetValue(name, out var next))
            {
                if (!make)
                {
                    return null;
                }
                parent[name] = next = new BsonDocument();
            }
            if (!next.IsDocument)
            {
                return null;
            }
            parent = next.AsDocument;
        }
        return (parent, rest);
    }
}

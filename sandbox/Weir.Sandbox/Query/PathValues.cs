using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>What stands at a path, through arrays, the elements of an array one by one; nothing where it is missing.</summary>
internal static class PathValues
{
    public static List<BsonValue> Of(BsonDocument document, FieldPath path)
    {
        var values = new List<BsonValue>();
        Collect(document, path, 0, values);
        return values;
    }

    private static void Collect(BsonValue value, FieldPath path, int depth, List<BsonValue> into)
    {
        if (depth == path.Length)
        {
            if (value.IsArray)
            {
                into.AddRange(value.AsArray);
            }
            else
            {
                into.Add(value);
            }
        }
        else if (value.IsDocument)
        {
            if (value.AsDocument.TryGetValue(path[depth], out var child))
            {
                Collect(child, path, depth + 1, into);
            }
        }
        else if (value.IsArray)
        {
            var array = value.AsArray;
            if (path.IndexAt(depth) is { } index && index < array.Count)
            {
                Collect(array[index], path, depth + 1, into);
            }

            foreach (var element in array)
            {
                if (element.IsDocument)
                {
                    Collect(element, path, depth, into);
                }
            }
        }
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>The values that an index keeps of a document under one path: every element of an array, null where missing.</summary>
internal static class IndexValues
{
    public static List<BsonValue> Of(
        BsonDocument document,
        FieldPath path,
        out bool present,
        out bool isArray
    )
    {
        var values = new List<BsonValue>(1);
        var (found, spread) = (false, false);
        Collect(document, path, 0, values, ref found, ref spread);
        present = found;
        isArray = spread;
        if (values.Count == 0)
        {
            values.Add(BsonValue.Null);
        }

        return values;
    }

    private static void Collect(
        BsonValue value,
        FieldPath path,
        int depth,
        List<BsonValue> into,
        ref bool found,
        ref bool spread
    )
    {
        if (depth == path.Length)
        {
            found = true;
            Spread(value, into, ref spread);
            return;
        }

        if (value.IsDocument)
        {
            if (value.AsDocument.TryGetValue(path[depth], out var child))
            {
                Collect(child, path, depth + 1, into, ref found, ref spread);
            }
            else
            {
                AddOnce(into, BsonValue.Null);
            }
        }
        else if (value.IsArray)
        {
            var array = value.AsArray;
            if (path.IndexAt(depth) is { } index)
            {
                if (index < array.Count)
                {
                    Collect(array[index], path, depth + 1, into, ref found, ref spread);
                }

                return;
            }

            spread = true;
            foreach (var element in array)
            {
                if (element.IsDocument)
                {
                    Collect(element, path, depth, into, ref found, ref spread);
                }
            }
        }
        else
        {
            AddOnce(into, BsonValue.Null);
        }
    }

    private static void Spread(BsonValue value, List<BsonValue> into, ref bool spread)
    {
        if (!value.IsArray)
        {
            AddOnce(into, value);
            return;
        }

        spread = true;
        var array = value.AsArray;
        if (array.Count == 0)
        {
            AddOnce(into, BsonValue.Undefined);
        }

        foreach (var element in array)
        {
            AddOnce(into, element);
        }
    }

    // A document counts once under a key, however often its array repeats the value.
    private static void AddOnce(List<BsonValue> into, BsonValue value)
    {
        foreach (var other in into)
        {
            if (BsonOrder.Compare(other, value) == 0)
            {
                return;
            }
        }

        into.Add(value);
    }
}

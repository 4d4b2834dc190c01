using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Changes;

/// <summary>What changed from one document to another, as a change stream's updateDescription says it.</summary>
internal static class DocumentDifference
{
    public static BsonDocument Describe(BsonDocument before, BsonDocument after)
    {
        var updated = new BsonDocument();
        var removed = new BsonArray();
        var truncated = new BsonArray();
        Compare("", before, after, updated, removed, truncated);
        return new BsonDocument
        {
            ["updatedFields"] = updated,
            ["removedFields"] = removed,
            ["truncatedArrays"] = truncated,
        };
    }

    private static void Compare(
        string prefix,
        BsonDocument before,
        BsonDocument after,
        BsonDocument updated,
        BsonArray removed,
        BsonArray truncated
    )
    {
        foreach (var element in before)
        {
            if (!after.Contains(element.Name))
            {
                removed.Add(prefix + element.Name);
            }
        }

        foreach (var element in after)
        {
            var path = prefix + element.Name;
            if (!before.TryGetValue(element.Name, out var old))
            {
                updated[path] = element.Value;
            }
            else if (!old.Equals(element.Value))
            {
                CompareValues(path, old, element.Value, updated, removed, truncated);
            }
        }
    }

    private static void CompareValues(
        string path,
        BsonValue old,
        BsonValue value,
        BsonDocument updated,
        BsonArray removed,
        BsonArray truncated
    )
    {
        if (old.IsDocument && value.IsDocument)
        {
            Compare(path + ".", old.AsDocument, value.AsDocument, updated, removed, truncated);
        }
        else if (old.IsArray && value.IsArray && old.AsArray.Count >= value.AsArray.Count)
        {
            var (from, to) = (old.AsArray, value.AsArray);
            for (var i = 0; i < to.Count; i++)
            {
                if (!from[i].Equals(to[i]))
                {
                    updated[path + "." + i.ToString(CultureInfo.InvariantCulture)] = to[i];
                }
            }

            if (to.Count < from.Count)
            {
                truncated.Add(new BsonDocument { ["field"] = path, ["newSize"] = to.Count });
            }
        }
        else
        {
            updated[path] = value;
        }
    }
}

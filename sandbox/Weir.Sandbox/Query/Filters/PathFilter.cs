using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>A test of what stands at a path, through every array on the way.</summary>
internal sealed class PathFilter(FieldPath path, ValueTest test) : Filter
{
    public override bool Matches(BsonDocument document, MatchTrace? trace = null) => Any(document, 0, trace);

    public override void CollectEqualities(List<Equality> into)
    {
        if (test.Wanted is { } values)
        {
            into.Add(new Equality(path, values, test.IsExact));
        }
    }

    public override bool CollectRoots(ISet<string> into)
    {
        into.Add(path.Root);
        return true;
    }

    private bool Any(BsonValue node, int depth, MatchTrace? trace)
    {
        if (depth == path.Length)
        {
            return Leaf(node, trace);
        }

        if (node.IsDocument)
        {
            return node.AsDocument.TryGetValue(path[depth], out var child)
                ? Any(child, depth + 1, trace)
                : test.MatchesMissing;
        }

        return node.IsArray ? AnyElement(node.AsArray, depth, trace) : test.MatchesMissing;
    }

    // Scalars in an array on the way are neither a value nor a missing one: they are passed over.
    private bool AnyElement(BsonArray array, int depth, MatchTrace? trace)
    {
        if (path.IndexAt(depth) is { } index && index < array.Count && Any(array[index], depth + 1, trace))
        {
            return true;
        }

        for (var i = 0; i < array.Count; i++)
        {
            if (array[i].IsDocument && Any(array[i], depth, trace))
            {
                Note(trace, i);
                return true;
            }
        }

        return false;
    }

    private bool Leaf(BsonValue value, MatchTrace? trace)
    {
        if (test.Matches(value, trace))
        {
            return true;
        }

        if (test.LooksIntoArrays && value.IsArray)
        {
            var array = value.AsArray;
            for (var i = 0; i < array.Count; i++)
            {
                if (test.Matches(array[i], null))
                {
                    Note(trace, i);
                    return true;
                }
            }
        }

        return false;
    }

    private static void Note(MatchTrace? trace, int index)
    {
        if (trace is not null)
        {
            trace.ArrayIndex = index;
        }
    }
}

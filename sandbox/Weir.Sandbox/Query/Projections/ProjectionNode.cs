using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Projections;

/// <summary>A projection as a tree of names. Built by the parser, then never changed.</summary>
internal sealed class ProjectionNode
{
    private readonly Dictionary<string, ProjectionNode> children = new(StringComparer.Ordinal);
    private readonly List<string> order = [];
    private FieldProjection? leaf;
    private bool hasComputed;

    public bool Has(string name) => children.ContainsKey(name);

    public void Add(FieldPath path, FieldProjection projection) => Add(path, 0, projection);

    /// <summary>The document with only the named fields, or without them, and the computed ones at the end.</summary>
    public BsonDocument Apply(BsonDocument document, BsonDocument root, bool includes, QueryContext context)
    {
        var result = new BsonDocument(document.Count);
        foreach (var (name, value) in document)
        {
            if (!children.TryGetValue(name, out var child))
            {
                if (!includes)
                {
                    result.Add(name, value);
                }
            }
            else if (includes && child.leaf is { IsComputed: true } && name != "_id")
            {
                // A computed field stands behind the included ones, even where there is one of its name.
            }
            else if (child.Show(value, root, includes, context) is { } shown)
            {
                result.Add(name, shown);
            }
        }

        if (hasComputed)
        {
            AddComputed(result, root, includes, context);
        }

        return result;
    }

    private static CommandError Collision(FieldPath path, int depth) =>
        depth < path.Length - 1
            ? new CommandError(31249, $"Path collision at {path} remaining portion {path.From(depth + 1)}")
            : new CommandError(31250, $"Path collision at {path}");

    private void Add(FieldPath path, int depth, FieldProjection projection)
    {
        hasComputed |= projection.IsComputed;
        var name = path[depth];
        if (!children.TryGetValue(name, out var child))
        {
            child = new ProjectionNode();
            children.Add(name, child);
            order.Add(name);
        }
        else if (child.leaf is not null || depth == path.Length - 1)
        {
            throw Collision(path, depth);
        }

        if (depth == path.Length - 1)
        {
            child.leaf = projection;
            child.hasComputed = projection.IsComputed;
        }
        else
        {
            child.Add(path, depth + 1, projection);
        }
    }

    private BsonValue? Show(BsonValue value, BsonDocument root, bool includes, QueryContext context)
    {
        if (leaf is not null)
        {
            return leaf.Show(value, root, context);
        }

        if (value.IsDocument)
        {
            return Apply(value.AsDocument, root, includes, context);
        }

        if (value.IsArray)
        {
            var shown = new BsonArray();
            foreach (var element in value.AsArray)
            {
                if (Show(element, root, includes, context) is { } kept)
                {
                    shown.Add(kept);
                }
            }

            return shown;
        }

        // A scalar where the projection goes deeper: computed fields make a document of it.
        return hasComputed ? Apply([], root, includes, context)
            : includes ? default(BsonValue?)
            : value;
    }

    private void AddComputed(BsonDocument result, BsonDocument root, bool includes, QueryContext context)
    {
        foreach (var name in order)
        {
            var child = children[name];
            if (!child.hasComputed || result.Contains(name))
            {
                continue;
            }

            var made = child.leaf is not null
                ? child.leaf.Show(null, root, context)
                : child.Apply([], root, includes, context);
            if (made is { } value && !(child.leaf is null && value.AsDocument.Count == 0))
            {
                result.Add(name, value);
            }
        }
    }
}

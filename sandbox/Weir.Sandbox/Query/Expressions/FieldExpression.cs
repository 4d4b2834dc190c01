using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary><c>$a.b</c> or <c>$$variable.a.b</c>. Through an array it gives the array of what its documents have.</summary>
internal sealed class FieldExpression(string? variable, FieldPath? path) : Expression
{
    public override BsonValue? Evaluate(Scope scope)
    {
        var start = variable is null ? scope.Find("CURRENT") : scope.Find(variable);
        return path is null || start is null ? start : Walk(start.Value, path, 0);
    }

    private static BsonValue? Walk(BsonValue value, FieldPath path, int depth)
    {
        if (depth == path.Length)
        {
            return value;
        }

        if (value.IsDocument)
        {
            return value.AsDocument.TryGetValue(path[depth], out var child)
                ? Walk(child, path, depth + 1)
                : null;
        }

        if (!value.IsArray)
        {
            return null;
        }

        var found = new BsonArray();
        foreach (var element in value.AsArray)
        {
            if (Walk(element, path, depth) is { } inner)
            {
                found.Add(inner);
            }
        }

        return found;
    }
}

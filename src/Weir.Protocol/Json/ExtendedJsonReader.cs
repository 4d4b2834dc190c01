using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Json;

/// <summary>JSON nodes to documents and values; what looks like a type wrapper is left to <see cref="TypeWrapper"/>.</summary>
internal static class ExtendedJsonReader
{
    /// <summary>An object that is a document whatever its members are called: the outermost one, or a scope.</summary>
    public static BsonDocument ReadDocument(JsonNode node, int depth)
    {
        CheckDepth(node, depth);
        if (node.Kind != JsonNodeKind.Object)
        {
            throw new ExtendedJsonException("A document is a JSON object.", node.Position);
        }

        var document = new BsonDocument(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
        {
            var name = node.Names[i];
            if (name.Contains('\0', StringComparison.Ordinal))
            {
                throw new ExtendedJsonException(
                    "A name can't have a zero character.",
                    node.Items[i].Position
                );
            }

            document.Add(name, ReadValue(node.Items[i], depth));
        }

        return document;
    }

    /// <param name="node">Any JSON.</param>
    /// <param name="depth">How deep the document stands that the value is in.</param>
    public static BsonValue ReadValue(JsonNode node, int depth)
    {
        switch (node.Kind)
        {
            case JsonNodeKind.Object:
                return TypeWrapper.IsIn(node) ? TypeWrapper.Read(node, depth) : ReadDocument(node, depth + 1);
            case JsonNodeKind.Array:
                CheckDepth(node, depth + 1);
                var array = new BsonArray(node.Items.Count);
                foreach (var item in node.Items)
                {
                    array.Add(ReadValue(item, depth + 1));
                }

                return array;
            case JsonNodeKind.String:
                return node.Text;
            case JsonNodeKind.Number:
                return ReadNumber(node);
            case JsonNodeKind.True:
                return true;
            case JsonNodeKind.False:
                return false;
            default:
                return BsonValue.Null;
        }
    }

    /// <summary>The smallest integer type that holds it; else a Double.</summary>
    private static BsonValue ReadNumber(JsonNode node)
    {
        if (
            int.TryParse(
                node.Text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var small
            )
        )
        {
            return small;
        }

        if (
            long.TryParse(
                node.Text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var large
            )
        )
        {
            return large;
        }

        var value = double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? value
            : throw new ExtendedJsonException($"The number {node.Text} is too large.", node.Position);
    }

    private static void CheckDepth(JsonNode node, int depth)
    {
        if (depth > BsonLimits.MaxDepth)
        {
            throw new ExtendedJsonException(
                $"Documents nest deeper than {BsonLimits.MaxDepth} levels.",
                node.Position
            );
        }
    }
}

using System.Buffers.Text;
using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Json;

/// <summary>
/// The objects that stand for a value of a type that JSON lacks. An object with a key of the table is a wrapper and has
/// to be exactly that; any other key, <c>$ref</c> and <c>$regex</c> included, is just a key.
/// </summary>
internal static class TypeWrapper
{
    public static bool IsIn(JsonNode node)
    {
        foreach (var name in node.Names)
        {
            if (name.StartsWith('$') && IsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="node">An object with at least one key of a wrapper.</param>
    /// <param name="depth">How deep the document stands that the value is in.</param>
    public static BsonValue Read(JsonNode node, int depth)
    {
        if (node.Names.Contains("$code") || node.Names.Contains("$scope"))
        {
            return ReadCode(node, depth);
        }

        var key = node.Names.First(IsKey);
        var value = Members(node, key)[0];
        return key switch
        {
            "$oid" => ReadObjectId(value),
            "$symbol" => BsonValue.Symbol(Text(value, key)),
            "$numberInt" => Integer(value, key, int.TryParse, out int number)
                ? number
                : throw Bad(value, key),
            "$numberLong" => Integer(value, key, long.TryParse, out long number)
                ? number
                : throw Bad(value, key),
            "$numberDouble" => ReadDouble(value),
            "$numberDecimal" => Decimal128.TryParse(Text(value, key), out var number)
                ? number
                : throw Bad(value, key),
            "$binary" => ReadBinary(value),
            "$uuid" => ReadUuid(value),
            "$timestamp" => ReadTimestamp(value),
            "$regularExpression" => ReadRegex(value),
            "$dbPointer" => ReadDbPointer(value),
            "$date" => ReadDate(value),
            "$minKey" => IsOne(value) ? BsonValue.MinKey : throw Bad(value, key),
            "$maxKey" => IsOne(value) ? BsonValue.MaxKey : throw Bad(value, key),
            _ => value.Kind == JsonNodeKind.True ? BsonValue.Undefined : throw Bad(value, key),
        };
    }

    private delegate bool TryParse<T>(string text, NumberStyles style, IFormatProvider culture, out T value);

    private static bool IsKey(string name) =>
        name
            is "$oid"
                or "$symbol"
                or "$numberInt"
                or "$numberLong"
                or "$numberDouble"
                or "$numberDecimal"
                or "$binary"
                or "$uuid"
                or "$code"
                or "$scope"
                or "$timestamp"
                or "$regularExpression"
                or "$dbPointer"
                or "$date"
                or "$minKey"
                or "$maxKey"
                or "$undefined";

    private static BsonValue ReadCode(JsonNode node, int depth)
    {
        if (!node.Names.Contains("$scope"))
        {
            return BsonValue.JavaScript(Text(Members(node, "$code")[0], "$code"));
        }

        var members = Members(node, "$code", "$scope");
        return BsonValue.JavaScriptWithScope(
            Text(members[0], "$code"),
            ExtendedJsonReader.ReadDocument(members[1], depth + 1)
        );
    }

    private static BsonValue ReadObjectId(JsonNode value) =>
        ObjectId.TryParse(Text(value, "$oid"), out var id) ? id : throw Bad(value, "$oid");

    private static BsonValue ReadDouble(JsonNode value)
    {
        const NumberStyles Style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var text = Text(value, "$numberDouble");
        return text switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? number
                : throw Bad(value, "$numberDouble"),
        };
    }

    private static BsonValue ReadBinary(JsonNode value)
    {
        var members = Members(value, "base64", "subType");
        var subtype = Text(members[1], "subType");
        if (
            subtype.Length is not (1 or 2)
            || !byte.TryParse(
                subtype,
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var code
            )
        )
        {
            throw Bad(members[1], "subType");
        }

        var text = Text(members[0], "base64");
        try
        {
            // .NET reads white space within base64, which nobody writes there.
            return text.Any(char.IsWhiteSpace)
                ? throw Bad(members[0], "base64")
                : new BsonBinary(code, Convert.FromBase64String(text));
        }
        catch (FormatException e) when (e is not ExtendedJsonException)
        {
            throw Bad(members[0], "base64");
        }
    }

    private static BsonValue ReadUuid(JsonNode value)
    {
        // Guid.TryParseExact alone lets signs and the like pass.
        var text = Text(value, "$uuid");
        return
            text.All(c => char.IsAsciiHexDigit(c) || c == '-') && Guid.TryParseExact(text, "D", out var uuid)
            ? BsonBinary.FromGuid(uuid)
            : throw Bad(value, "$uuid");
    }

    private static BsonValue ReadTimestamp(JsonNode value)
    {
        var members = Members(value, "t", "i");
        return new BsonTimestamp(Part(members[0], "t"), Part(members[1], "i"));

        static uint Part(JsonNode part, string key) =>
            part.Kind == JsonNodeKind.Number
            && uint.TryParse(part.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Bad(part, key);
    }

    private static BsonValue ReadRegex(JsonNode value)
    {
        var members = Members(value, "pattern", "options");
        return new BsonRegex(WithoutZero(members[0], "pattern"), WithoutZero(members[1], "options"));

        static string WithoutZero(JsonNode node, string key)
        {
            var text = Text(node, key);
            return text.Contains('\0', StringComparison.Ordinal) ? throw Bad(node, key) : text;
        }
    }

    private static BsonValue ReadDbPointer(JsonNode value)
    {
        var members = Members(value, "$ref", "$id");
        var id = ReadObjectId(Members(members[1], "$oid")[0]);
        return BsonValue.DbPointer(Text(members[0], "$ref"), id.AsObjectId);
    }

    private static BsonValue ReadDate(JsonNode value)
    {
        if (value.Kind == JsonNodeKind.Object)
        {
            var number = Members(value, "$numberLong")[0];
            return Integer(number, "$numberLong", long.TryParse, out long milliseconds)
                ? BsonValue.FromMillisecondsSinceEpoch(milliseconds)
                : throw Bad(number, "$numberLong");
        }

        return Rfc3339.TryParse(Text(value, "$date"), out var moment)
            ? BsonValue.FromMillisecondsSinceEpoch(moment)
            : throw Bad(value, "$date");
    }

    private static bool IsOne(JsonNode value) => value is { Kind: JsonNodeKind.Number, Text: "1" };

    private static bool Integer<T>(JsonNode node, string key, TryParse<T> parse, out T value) =>
        parse(Text(node, key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>The values of exactly these members, in this order, whatever the order in the text.</summary>
    private static JsonNode[] Members(JsonNode node, params ReadOnlySpan<string> keys)
    {
        var members = new JsonNode[keys.Length];
        var exact = node.Kind == JsonNodeKind.Object && node.Names.Count == keys.Length;
        for (var i = 0; exact && i < keys.Length; i++)
        {
            var index = node.Names.IndexOf(keys[i]);
            exact = index >= 0;
            members[i] = exact ? node.Items[index] : node;
        }

        return exact
            ? members
            : throw new ExtendedJsonException(
                $"A type wrapper with exactly the keys {string.Join(", ", keys!)} is expected.",
                node.Position
            );
    }

    private static string Text(JsonNode node, string key) =>
        node.Kind == JsonNodeKind.String ? node.Text : throw Bad(node, key);

    private static ExtendedJsonException Bad(JsonNode node, string key) =>
        new($"The value of {key} is not what it has to be.", node.Position);
}

using System.Globalization;
using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>A value as the server's error messages show it.</summary>
internal static class ValueText
{
    public static string Of(BsonValue value) =>
        value.Type switch
        {
            BsonType.String => Quote(value.AsString),
            BsonType.Symbol => Quote(value.AsSymbol),
            BsonType.Null => "null",
            BsonType.Undefined => "undefined",
            BsonType.Boolean => value.AsBoolean ? "true" : "false",
            BsonType.Int32 or BsonType.Int64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
            BsonType.Double => OfDouble(value.AsDouble),
            BsonType.Decimal128 => value.AsDecimal128.ToString(),
            BsonType.ObjectId => $"ObjectId('{value.AsObjectId}')",
            BsonType.DateTime =>
                $"new Date({value.AsMillisecondsSinceEpoch.ToString(CultureInfo.InvariantCulture)})",
            BsonType.Timestamp => $"Timestamp({value.AsTimestamp.Seconds}, {value.AsTimestamp.Increment})",
            BsonType.Binary => OfBinary(value.AsBinary),
            BsonType.RegularExpression => value.AsRegex.ToString(),
            BsonType.MinKey => "MinKey",
            BsonType.MaxKey => "MaxKey",
            BsonType.Document => Of(value.AsDocument),
            BsonType.Array => Of(value.AsArray),
            _ => value.ToString(),
        };

    public static string Of(BsonDocument document)
    {
        if (document.Count == 0)
        {
            return "{}";
        }

        var text = new StringBuilder("{ ");
        foreach (var element in document)
        {
            text.Append(text.Length > 2 ? ", " : "")
                .Append(element.Name)
                .Append(": ")
                .Append(Of(element.Value));
        }

        return text.Append(" }").ToString();
    }

    /// <summary>The name of a type as $type and error messages call it.</summary>
    public static string TypeName(BsonType type) =>
        type switch
        {
            BsonType.Double => "double",
            BsonType.String => "string",
            BsonType.Document => "object",
            BsonType.Array => "array",
            BsonType.Binary => "binData",
            BsonType.Undefined => "undefined",
            BsonType.ObjectId => "objectId",
            BsonType.Boolean => "bool",
            BsonType.DateTime => "date",
            BsonType.Null => "null",
            BsonType.RegularExpression => "regex",
            BsonType.DbPointer => "dbPointer",
            BsonType.JavaScript => "javascript",
            BsonType.Symbol => "symbol",
            BsonType.JavaScriptWithScope => "javascriptWithScope",
            BsonType.Int32 => "int",
            BsonType.Timestamp => "timestamp",
            BsonType.Int64 => "long",
            BsonType.Decimal128 => "decimal",
            BsonType.MinKey => "minKey",
            BsonType.MaxKey => "maxKey",
            _ => "missing",
        };

    private static string Of(BsonArray array) =>
        array.Count == 0 ? "[]" : "[ " + string.Join(", ", array.Select(Of)) + " ]";

    private static string OfDouble(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(number) && text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    private static string OfBinary(BsonBinary binary) =>
        binary.Subtype == BsonBinary.Uuid && binary.Length == 16
            ? $"UUID(\"{binary.ToGuid()}\")"
            : $"BinData({binary.Subtype}, {Convert.ToHexString(binary.Span)})";

    private static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        + "\"";
}

using System.Globalization;
using System.Text.Json;
using Weir.Protocol.Bson;

namespace Weir.Admin.Http;

/// <summary>
/// Rows as people and scripts expect JSON: numbers as numbers, moments as ISO 8601. A whole number that JavaScript
/// could not hold is written as text.
/// </summary>
internal static class PlainJson
{
    private const long LargestExact = (1L << 53) - 1;

    public static void Write(Utf8JsonWriter json, BsonDocument document)
    {
        json.WriteStartObject();
        foreach (ref readonly var element in document.Span)
        {
            json.WritePropertyName(element.Name);
            Write(json, element.Value);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, BsonValue value)
    {
        switch (value.Type)
        {
            case BsonType.Null or BsonType.Undefined:
                json.WriteNullValue();
                break;
            case BsonType.Boolean:
                json.WriteBooleanValue(value.AsBoolean);
                break;
            case BsonType.Int32 or BsonType.Int64:
                WriteWhole(json, value.ToInt64());
                break;
            case BsonType.Double when double.IsFinite(value.AsDouble):
                json.WriteNumberValue(value.AsDouble);
                break;
            case BsonType.DateTime:
                json.WriteStringValue(
                    value.AsDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
                );
                break;
            case BsonType.Document:
                Write(json, value.AsDocument);
                break;
            case BsonType.Array:
                json.WriteStartArray();
                foreach (var item in value.AsArray)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case BsonType.String:
                json.WriteStringValue(value.AsString);
                break;
            default:
                json.WriteStringValue(Protocol.Json.ExtendedJson.Write(value));
                break;
        }
    }

    private static void WriteWhole(Utf8JsonWriter json, long value)
    {
        if (value is >= -LargestExact and <= LargestExact)
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }
}

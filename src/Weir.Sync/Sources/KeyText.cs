using System.Globalization;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Sync.Sources;

/// <summary>
/// Keys as text that is the same for values that MongoDB takes for equal (1 and 1.0), and queries for keys.
/// </summary>
internal static class KeyText
{
    public static string Of(BsonDocument document, IReadOnlyList<string> fields)
    {
        if (fields.Count == 1)
        {
            return Of(Get(document, fields[0]));
        }
        var text = new StringBuilder();
        foreach (var field in fields)
        {
            text.Append(Of(Get(document, field))).Append('\n');
        }
        return text.ToString();
    }

    public static string Of(BsonValue value)
    {
        if (value.IsNumber)
        {
            return NumberText(value);
        }
        if (value.Type == BsonType.Symbol)
        {
            return Of((BsonValue)value.AsSymbol);
        }
        return ExtendedJson.Write(value, ExtendedJsonMode.Canonical);
    }

    /// <summary>Matches the documents with any of these keys: documents of the key fields.</summary>
    public static BsonDocument AnyOf(IReadOnlyList<BsonDocument> keys)
    {
        if (keys[0].Count == 1)
        {
            var values = new BsonArray(keys.Select(key => key[0].Value));
            return new BsonDocument { [keys[0][0].Name] = new BsonDocument { ["$in"] = values } };
        }
        return new BsonDocument { ["$or"] = new BsonArray(keys.Select(key => (BsonValue)key)) };
    }

    private static BsonValue Get(BsonDocument document, string field) =>
        document.TryGetValue(field, out var value) || Transforms.Field.TryGet(document, field, out value)
            ? value
            : default;

    private static string NumberText(BsonValue value)
    {
        if (value.Type is BsonType.Int32 or BsonType.Int64)
        {
            return value.ToInt64().ToString(CultureInfo.InvariantCulture);
        }
        if (value.IsDecimal128)
        {
            // 1.50 and 1.5 are equal too: through a double where that loses nothing that a key would have.
            return NumberText(value.AsDecimal128.ToDouble());
        }
        var number = value.AsDouble;
        return number is >= -9e18 and <= 9e18 && Math.Floor(number) == number
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }
}

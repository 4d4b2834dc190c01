using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Values of one type as another.</summary>
internal static class Casts
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private const NumberStyles Real = Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static bool TryCast(BsonValue value, CastType type, out BsonValue cast)
    {
        cast = default;
        if (value.IsString && type != CastType.String)
        {
            var text = value.AsString.Trim();
            return text.Length == 0 || TryParse(text, type, out cast);
        }
        try
        {
            return type switch
            {
                CastType.String => Found(TextOf(value), out cast),
                CastType.Int => TryWhole(value, out var i)
                    && i is >= int.MinValue and <= int.MaxValue
                    && Set((int)i, out cast),
                CastType.Long => TryWhole(value, out var l) && Set(l, out cast),
                CastType.Double => value.IsNumber && Set(value.ToDouble(), out cast),
                CastType.Decimal => TryDecimal(value, out cast),
                CastType.Bool => (value.IsBoolean || value.IsNumber) && Set(value.ToBoolean(), out cast),
                CastType.Date => TryDate(value, out cast),
                _ => value.IsObjectId && Set(value, out cast),
            };
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static bool TryParse(string text, CastType type, out BsonValue cast)
    {
        var culture = CultureInfo.InvariantCulture;
        cast = default;
        switch (type)
        {
            case CastType.Int:
                return int.TryParse(text, Whole, culture, out var i) && Set(i, out cast);
            case CastType.Long:
                return long.TryParse(text, Whole, culture, out var l) && Set(l, out cast);
            case CastType.Double:
                return double.TryParse(text, Real, culture, out var d) && Set(d, out cast);
            case CastType.Decimal:
                return Decimal128.TryParse(text, out var m) && Set(m, out cast);
            case CastType.Bool:
                return text.ToLowerInvariant() switch
                {
                    "true" or "1" or "yes" => Set(true, out cast),
                    "false" or "0" or "no" => Set(false, out cast),
                    _ => false,
                };
            case CastType.Date:
                return DateTimeOffset.TryParse(
                        text,
                        culture,
                        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                        out var time
                    ) && Set(time.UtcDateTime, out cast);
            default:
                return ObjectId.TryParse(text, out var id) && Set(id, out cast);
        }
    }

    private static string? TextOf(BsonValue value) =>
        value.Type switch
        {
            BsonType.String => value.AsString,
            BsonType.Int32 or BsonType.Int64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
            BsonType.Double => value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
            BsonType.Decimal128 => value.AsDecimal128.ToString(),
            BsonType.Boolean => value.AsBoolean ? "true" : "false",
            BsonType.DateTime => value.AsDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture
            ),
            BsonType.ObjectId => value.AsObjectId.ToString(),
            BsonType.Binary when value.AsBinary is { Subtype: BsonBinary.Uuid, Length: 16 } uuid =>
                uuid.ToGuid().ToString(),
            _ => null,
        };

    private static bool TryWhole(BsonValue value, out long whole)
    {
        whole = 0;
        if (value.IsBoolean)
        {
            whole = value.AsBoolean ? 1 : 0;
            return true;
        }
        if (!value.IsNumber)
        {
            return false;
        }
        whole = value.ToInt64();
        // A fraction would be lost.
        return !value.IsDouble || whole == value.AsDouble;
    }

    private static bool TryDecimal(BsonValue value, out BsonValue cast)
    {
        cast = default;
        return value.Type switch
        {
            BsonType.Decimal128 => Set(value, out cast),
            BsonType.Int32 or BsonType.Int64 => Set(Decimal128.FromInt64(value.ToInt64()), out cast),
            BsonType.Double => Decimal128.TryParse(
                value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
                out var number
            ) && Set(number, out cast),
            _ => false,
        };
    }

    private static bool TryDate(BsonValue value, out BsonValue cast)
    {
        cast = default;
        return value.Type switch
        {
            BsonType.DateTime => Set(value, out cast),
            BsonType.Int64 or BsonType.Int32 or BsonType.Double => Set(
                BsonValue.FromMillisecondsSinceEpoch(value.ToInt64()),
                out cast
            ),
            BsonType.ObjectId => Set(value.AsObjectId.CreationTime, out cast),
            BsonType.Timestamp => Set(
                BsonValue.FromMillisecondsSinceEpoch(value.AsTimestamp.Seconds * 1000L),
                out cast
            ),
            _ => false,
        };
    }

    private static bool Found(string? text, out BsonValue cast)
    {
        cast = text;
        return text is not null;
    }

    private static bool Set(BsonValue value, out BsonValue cast)
    {
        cast = value;
        return true;
    }
}

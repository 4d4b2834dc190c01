using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>$type, $toInt and the like, and $convert.</summary>
internal static class Conversions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$type"] = new(1, 1, static a => a[0].TypeOf());
        table["$isNumber"] = new(1, 1, static a => a[0] is { IsNumber: true });
        Add(table, "$toInt", BsonType.Int32);
        Add(table, "$toLong", BsonType.Int64);
        Add(table, "$toDouble", BsonType.Double);
        Add(table, "$toDecimal", BsonType.Decimal128);
        Add(table, "$toBool", BsonType.Boolean);
        Add(table, "$toDate", BsonType.DateTime);
        Add(table, "$toString", BsonType.String);
        Add(table, "$toObjectId", BsonType.ObjectId);
    }

    public static Expression Convert(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$convert", operand, "input", "to", "onError", "onNull");
        var input = parser.Parse(Structures.Required("$convert", named, "input"));
        var to = parser.Parse(Structures.Required("$convert", named, "to"));
        var onError = named.TryGetValue("onError", out var error) ? parser.Parse(error) : null;
        var onNull = named.TryGetValue("onNull", out var missing) ? parser.Parse(missing) : null;
        return new ScopedExpression(scope =>
        {
            var value = input.Evaluate(scope);
            if (value.IsNullish())
            {
                return onNull is null ? BsonValue.Null : onNull.Evaluate(scope);
            }

            var types = new HashSet<BsonType>();
            TypeNames.Add(types, to.ValueOrNull(scope));
            try
            {
                return To(value!.Value, types.First());
            }
            catch (CommandError failure)
                when (onError is not null && failure.Code == ErrorCodes.ConversionFailure)
            {
                return onError.Evaluate(scope);
            }
        });
    }

    /// <summary>The text of a value that has one, else null.</summary>
    public static string? ToText(BsonValue value) =>
        value.Type switch
        {
            BsonType.String => value.AsString,
            BsonType.Symbol => value.AsSymbol,
            BsonType.Int32 or BsonType.Int64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
            BsonType.Double => value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
            BsonType.Decimal128 => value.AsDecimal128.ToString(),
            BsonType.Boolean => value.AsBoolean ? "true" : "false",
            BsonType.ObjectId => value.AsObjectId.ToString(),
            BsonType.DateTime => value.AsDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture
            ),
            _ => null,
        };

    private static void Add(Dictionary<string, Function> table, string name, BsonType type) =>
        table[name] = new(
            1,
            1,
            values => values[0].IsNullish() ? BsonValue.Null : To(values[0]!.Value, type)
        );

    private static BsonValue To(BsonValue value, BsonType type) =>
        (
            type switch
            {
                BsonType.Int32 => Whole(value, int.MinValue, int.MaxValue) is { } number
                    ? (int)number
                    : default(BsonValue?),
                BsonType.Int64 => Whole(value, long.MinValue, long.MaxValue) is { } number
                    ? number
                    : default(BsonValue?),
                BsonType.Double => Floating(value) is { } number ? number : default(BsonValue?),
                BsonType.Decimal128 => Exact(value),
                BsonType.Boolean => value.ToBoolean(),
                BsonType.DateTime => Date(value),
                BsonType.String => ToText(value) is { } text ? text : default(BsonValue?),
                BsonType.ObjectId => value.IsObjectId ? value
                : value.IsString && ObjectId.TryParse(value.AsString, out var id) ? (BsonValue)id
                : default(BsonValue?),
                _ => value.Type == type ? value : default(BsonValue?),
            }
        )
        ?? throw new CommandError(
            ErrorCodes.ConversionFailure,
            $"Failed to convert {ValueText.Of(value)} of type {ValueText.TypeName(value.Type)} to {ValueText.TypeName(type)} in $convert with no onError value"
        );

    private static long? Whole(BsonValue value, long least, long most)
    {
        if (value.IsBoolean)
        {
            return value.AsBoolean ? 1 : 0;
        }

        if (value.IsDateTime && most > int.MaxValue)
        {
            return value.AsMillisecondsSinceEpoch;
        }

        if (value.IsString)
        {
            return
                long.TryParse(
                    value.AsString,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var parsed
                )
                && parsed >= least
                && parsed <= most
                ? parsed
                : null;
        }

        if (Numbers.IsInteger(value))
        {
            var number = value.ToInt64();
            return number >= least && number <= most ? number : null;
        }

        if (!value.IsNumber)
        {
            return null;
        }

        var cut = Math.Truncate(value.ToDouble());
        return cut >= least && cut <= most && cut < 9.2233720368547758E18 ? (long)cut : null;
    }

    private static double? Floating(BsonValue value) =>
        value.IsNumber ? value.ToDouble()
        : value.IsBoolean
            ? value.AsBoolean ? 1
                : 0
        : value.IsDateTime ? value.AsMillisecondsSinceEpoch
        : value.IsString
        && double.TryParse(value.AsString, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
        : null;

    private static BsonValue? Exact(BsonValue value) =>
        value.IsNumber ? DecimalNumber.Of(value).ToValue()
        : value.IsBoolean ? (BsonValue)Decimal128.FromInt64(value.AsBoolean ? 1 : 0)
        : value.IsDateTime ? (BsonValue)Decimal128.FromInt64(value.AsMillisecondsSinceEpoch)
        : value.IsString && Decimal128.TryParse(value.AsString, out var parsed) ? (BsonValue)parsed
        : default(BsonValue?);

    private static BsonValue? Date(BsonValue value) =>
        value.Type switch
        {
            BsonType.DateTime => value,
            BsonType.Int64 or BsonType.Double or BsonType.Decimal128 => BsonValue.FromMillisecondsSinceEpoch(
                (long)value.ToDouble()
            ),
            BsonType.ObjectId => (BsonValue)value.AsObjectId.CreationTime,
            BsonType.Timestamp => BsonValue.FromMillisecondsSinceEpoch(value.AsTimestamp.Seconds * 1000L),
            BsonType.String
                when DateTimeOffset.TryParse(
                    value.AsString,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var date
                ) => BsonValue.FromMillisecondsSinceEpoch(date.ToUnixTimeMilliseconds()),
            _ => default(BsonValue?),
        };
}

using System.Globalization;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Parts of a date and its text, in UTC.</summary>
internal static class DateFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        Add(table, "$year", static d => d.Year);
        Add(table, "$month", static d => d.Month);
        Add(table, "$dayOfMonth", static d => d.Day);
        Add(table, "$dayOfYear", static d => d.DayOfYear);
        Add(table, "$dayOfWeek", static d => (int)d.DayOfWeek + 1);
        Add(table, "$isoDayOfWeek", static d => d.DayOfWeek == 0 ? 7 : (int)d.DayOfWeek);
        Add(table, "$isoWeek", static d => ISOWeek.GetWeekOfYear(d));
        Add(table, "$isoWeekYear", static d => ISOWeek.GetYear(d));
        Add(table, "$hour", static d => d.Hour);
        Add(table, "$minute", static d => d.Minute);
        Add(table, "$second", static d => d.Second);
        Add(table, "$millisecond", static d => d.Millisecond);
    }

    public static Expression DateToString(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$dateToString", operand, "date", "format", "timezone", "onNull");
        var date = parser.Parse(Structures.Required("$dateToString", named, "date"));
        var format = named.TryGetValue("format", out var given) ? parser.Parse(given) : null;
        var zone = named.TryGetValue("timezone", out var zoned) ? parser.Parse(zoned) : null;
        var onNull = named.TryGetValue("onNull", out var missing) ? parser.Parse(missing) : null;
        return new ScopedExpression(scope =>
        {
            var value = date.Evaluate(scope);
            if (value.IsNullish())
            {
                return onNull is null ? BsonValue.Null : onNull.Evaluate(scope);
            }

            RequireUtc(zone?.Evaluate(scope));
            var pattern = format is null ? "%Y-%m-%dT%H:%M:%S.%LZ" : format.ValueOrNull(scope).AsString;
            return Format(Moment(value), pattern);
        });
    }

    private static void Add(Dictionary<string, Function> table, string name, Func<DateTime, int> part) =>
        table[name] = new(1, 1, values => values[0].IsNullish() ? BsonValue.Null : part(Moment(values[0])));

    private static DateTime Moment(BsonValue? value) =>
        value switch
        {
            { IsDateTime: true } date => date.AsDateTime,
            { IsObjectId: true } id => id.AsObjectId.CreationTime,
            { IsTimestamp: true } stamp => DateTime.UnixEpoch.AddSeconds(stamp.AsTimestamp.Seconds),
            _ => throw new CommandError(16006, $"can't convert from BSON type {value.TypeOf()} to Date"),
        };

    private static void RequireUtc(BsonValue? zone)
    {
        if (
            zone is { } given
            && !given.IsNull
            && !(given.IsString && given.AsString is "UTC" or "GMT" or "Etc/UTC" or "+00:00" or "Z")
        )
        {
            throw CommandError.NotHere($"the time zone {ValueText.Of(given)}: only UTC");
        }
    }

    private static string Format(DateTime date, string pattern)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%')
            {
                text.Append(pattern[i]);
                continue;
            }

            if (++i == pattern.Length)
            {
                throw new CommandError(18535, "Unmatched '%' at end of format string");
            }

            text.Append(Part(date, pattern[i]));
        }

        return text.ToString();
    }

    private static string Part(DateTime date, char specifier) =>
        specifier switch
        {
            'Y' => date.ToString("yyyy", CultureInfo.InvariantCulture),
            'm' => date.ToString("MM", CultureInfo.InvariantCulture),
            'd' => date.ToString("dd", CultureInfo.InvariantCulture),
            'H' => date.ToString("HH", CultureInfo.InvariantCulture),
            'M' => date.ToString("mm", CultureInfo.InvariantCulture),
            'S' => date.ToString("ss", CultureInfo.InvariantCulture),
            'L' => date.ToString("fff", CultureInfo.InvariantCulture),
            'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'w' => ((int)date.DayOfWeek + 1).ToString(CultureInfo.InvariantCulture),
            'u' => (date.DayOfWeek == 0 ? 7 : (int)date.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'V' => ISOWeek.GetWeekOfYear(date).ToString("00", CultureInfo.InvariantCulture),
            'G' => ISOWeek.GetYear(date).ToString("0000", CultureInfo.InvariantCulture),
            'z' => "+0000",
            'Z' => "0",
            '%' => "%",
            _ => throw new CommandError(18536, $"Invalid format character '%{specifier}' in format string"),
        };
}

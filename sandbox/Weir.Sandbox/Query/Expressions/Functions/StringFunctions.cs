using System.Text;
using System.Text.RegularExpressions;
using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters.Tests;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Strings; positions are code points where the name says CP, UTF-8 bytes where it says Bytes.</summary>
internal static class StringFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$concat"] = new(0, int.MaxValue, Concat);
        table["$toLower"] = new(1, 1, static a => Coerce(a[0]).ToLowerInvariant());
        table["$toUpper"] = new(1, 1, static a => Coerce(a[0]).ToUpperInvariant());
        table["$strcasecmp"] = new(
            2,
            2,
            static a =>
                Math.Sign(
                    string.CompareOrdinal(Coerce(a[0]).ToUpperInvariant(), Coerce(a[1]).ToUpperInvariant())
                )
        );
        table["$substrCP"] = new(3, 3, SubstringOfPoints);
        table["$substr"] = new(3, 3, SubstringOfBytes);
        table["$substrBytes"] = new(3, 3, SubstringOfBytes);
        table["$strLenCP"] = new(1, 1, static a => Text("$strLenCP", a[0], 34471).EnumerateRunes().Count());
        table["$strLenBytes"] = new(
            1,
            1,
            static a => Encoding.UTF8.GetByteCount(Text("$strLenBytes", a[0], 34473))
        );
        table["$split"] = new(2, 2, Split);
        table["$indexOfCP"] = new(2, 4, IndexOf);
    }

    public static Expression Trim(BsonValue operand, ExpressionParser parser, bool start, bool end)
    {
        var named = Structures.Named("$trim", operand, "input", "chars");
        var input = parser.Parse(Structures.Required("$trim", named, "input"));
        var chars = named.TryGetValue("chars", out var given) ? parser.Parse(given) : null;
        return new ScopedExpression(scope =>
        {
            var text = input.Evaluate(scope);
            var set = chars?.Evaluate(scope);
            if (text.IsNullish() || (chars is not null && set.IsNullish()))
            {
                return BsonValue.Null;
            }

            var value = Text("$trim", text, 50699);
            var cut = set is null ? null : Text("$trim", set, 50700).ToCharArray();
            value = start ? value.TrimStart(cut) : value;
            return end ? value.TrimEnd(cut) : value;
        });
    }

    public static Expression Replace(BsonValue operand, ExpressionParser parser, bool all)
    {
        var name = all ? "$replaceAll" : "$replaceOne";
        var named = Structures.Named(name, operand, "input", "find", "replacement");
        return new FunctionExpression(
            [
                parser.Parse(Structures.Required(name, named, "input")),
                parser.Parse(Structures.Required(name, named, "find")),
                parser.Parse(Structures.Required(name, named, "replacement")),
            ],
            values =>
            {
                if (values.AnyNullish())
                {
                    return BsonValue.Null;
                }

                var input = Text(name, values[0], 51746);
                var find = Text(name, values[1], 51745);
                var replacement = Text(name, values[2], 51744);
                if (all)
                {
                    return find.Length == 0
                        ? input
                        : input.Replace(find, replacement, StringComparison.Ordinal);
                }

                var at = input.IndexOf(find, StringComparison.Ordinal);
                return at < 0
                    ? input
                    : string.Concat(input.AsSpan(0, at), replacement, input.AsSpan(at + find.Length));
            }
        );
    }

    public static Expression RegexMatch(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$regexMatch", operand, "input", "regex", "options");
        var options = named.TryGetValue("options", out var given) ? parser.Parse(given) : new Literal("");
        return new FunctionExpression(
            [
                parser.Parse(Structures.Required("$regexMatch", named, "input")),
                parser.Parse(Structures.Required("$regexMatch", named, "regex")),
                options,
            ],
            static values =>
            {
                if (values[0].IsNullish() || values[1].IsNullish())
                {
                    return false;
                }

                var flags = Coerce(values[2]);
                var pattern = values[1] is { IsRegex: true } regex
                    ? Pattern.Compile(regex.AsRegex.Pattern, regex.AsRegex.Options + flags)
                    : Pattern.Compile(Text("$regexMatch", values[1], 51105), flags);
                try
                {
                    return pattern.IsMatch(Text("$regexMatch", values[0], 51104));
                }
                catch (RegexMatchTimeoutException)
                {
                    throw CommandError.BadValue("$regexMatch takes too long on one value");
                }
            }
        );
    }

    private static string Text(string name, BsonValue? value, int code) =>
        value is { IsString: true } text
            ? text.AsString
            : throw new CommandError(code, $"{name} requires a string argument, found: {value.TypeOf()}");

    // Numbers and dates have a text; null is the empty one.
    private static string Coerce(BsonValue? value) =>
        value.IsNullish()
            ? ""
            : Conversions.ToText(value!.Value)
                ?? throw new CommandError(16007, $"can't convert from BSON type {value.TypeOf()} to String");

    private static BsonValue? Concat(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var text = new StringBuilder();
        foreach (var value in values)
        {
            text.Append(
                value is { IsString: true } part
                    ? part.AsString
                    : throw new CommandError(16702, $"$concat only supports strings, not {value.TypeOf()}")
            );
        }

        return text.ToString();
    }

    private static BsonValue? SubstringOfPoints(BsonValue?[] values)
    {
        var (start, length) = (Whole("$substrCP", values[1]), Whole("$substrCP", values[2]));
        if (start < 0 || length < 0)
        {
            throw new CommandError(
                34455,
                "$substrCP: the starting index and the length must be non-negative integers"
            );
        }

        var text = new StringBuilder();
        foreach (
            var rune in Coerce(values[0])
                .EnumerateRunes()
                .Skip((int)Math.Min(start, int.MaxValue))
                .Take((int)Math.Min(length, int.MaxValue))
        )
        {
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    private static BsonValue? SubstringOfBytes(BsonValue?[] values)
    {
        var bytes = Encoding.UTF8.GetBytes(Coerce(values[0]));
        var (start, length) = (Whole("$substrBytes", values[1]), Whole("$substrBytes", values[2]));
        if (start < 0)
        {
            throw new CommandError(50752, "$substrBytes: starting index must be non-negative");
        }

        if (start >= bytes.Length)
        {
            return "";
        }

        var end = length < 0 ? bytes.Length : Math.Min(bytes.Length, start + length);
        if (IsInside(bytes, start) || IsInside(bytes, end))
        {
            throw new CommandError(
                28656,
                "$substrBytes: Invalid range, starting or ending index is in the middle of a UTF-8 character."
            );
        }

        return Encoding.UTF8.GetString(bytes, (int)start, (int)(end - start));
    }

    private static bool IsInside(byte[] bytes, long index) =>
        index < bytes.Length && (bytes[index] & 0xC0) == 0x80;

    private static long Whole(string name, BsonValue? value) =>
        value is { IsNumber: true } number
            ? (long)number.ToDouble()
            : throw new CommandError(34450, $"{name}: positions must be numbers, found {value.TypeOf()}");

    private static BsonValue? Split(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var text = Text("$split", values[0], 40085);
        var separator = Text("$split", values[1], 40086);
        return separator.Length == 0
            ? throw new CommandError(40087, "$split requires a non-empty separator")
            : new BsonArray(text.Split(separator).Select(static part => (BsonValue)part));
    }

    private static BsonValue? IndexOf(BsonValue?[] values)
    {
        if (values[0].IsNullish())
        {
            return BsonValue.Null;
        }

        var text = Text("$indexOfCP", values[0], 40093).EnumerateRunes().ToArray();
        var wanted = Text("$indexOfCP", values[1], 40094).EnumerateRunes().ToArray();
        var start = values.Length > 2 ? Whole("$indexOfCP", values[2]) : 0;
        var end = values.Length > 3 ? Math.Min(text.Length, Whole("$indexOfCP", values[3])) : text.Length;
        for (var i = start; i + wanted.Length <= end; i++)
        {
            if (text.AsSpan((int)i, wanted.Length).SequenceEqual(wanted))
            {
                return (int)i;
            }
        }

        return -1;
    }
}

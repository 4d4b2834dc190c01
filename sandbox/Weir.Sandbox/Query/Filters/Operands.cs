using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters.Tests;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters;

/// <summary>Reads the operands of filter operators that want a certain shape.</summary>
internal static class Operands
{
    public static InTest In(string name, BsonValue value)
    {
        if (!value.IsArray)
        {
            throw CommandError.BadValue($"{name} needs an array");
        }

        var values = new List<BsonValue>();
        var patterns = new List<RegexTest>();
        foreach (var element in value.AsArray)
        {
            if (element.IsRegex)
            {
                patterns.Add(new RegexTest(element.AsRegex));
            }
            else if (FilterParser.IsOperators(element))
            {
                throw CommandError.BadValue($"cannot nest $ under {name}");
            }
            else
            {
                values.Add(element);
            }
        }

        return new InTest(values, patterns);
    }

    public static RegexTest Regex(BsonValue pattern, BsonValue options)
    {
        if (!options.IsNull && !options.IsString)
        {
            throw CommandError.BadValue("$options has to be a string");
        }

        if (pattern.IsRegex)
        {
            var regex = pattern.AsRegex;
            if (!options.IsNull && regex.Options.Length > 0)
            {
                throw new CommandError(51075, "options set in both $regex and $options");
            }

            return new RegexTest(options.IsNull ? regex : new BsonRegex(regex.Pattern, options.AsString));
        }

        return pattern.IsString
            ? new RegexTest(new BsonRegex(pattern.AsString, options.IsNull ? "" : options.AsString))
            : throw CommandError.BadValue("$regex has to be a string");
    }

    public static TypeTest Type(BsonValue value)
    {
        var types = new HashSet<BsonType>();
        foreach (var name in value.IsArray ? value.AsArray : [value])
        {
            TypeNames.Add(types, name);
        }

        return types.Count == 0
            ? throw CommandError.FailedToParse("$type must match at least one type")
            : new TypeTest(types);
    }

    public static ModTest Mod(BsonValue value)
    {
        if (!value.IsArray)
        {
            throw CommandError.BadValue("malformed mod, needs to be an array");
        }

        var array = value.AsArray;
        if (array.Count != 2)
        {
            throw CommandError.BadValue(
                $"malformed mod, {(array.Count < 2 ? "not enough" : "too many")} elements"
            );
        }

        if (!array[0].IsNumber || !array[1].IsNumber)
        {
            throw CommandError.BadValue("malformed mod, divisor and remainder must be numbers");
        }

        var divisor = (long)array[0].ToDouble();
        return divisor == 0
            ? throw CommandError.BadValue("divisor cannot be 0")
            : new ModTest(divisor, (long)array[1].ToDouble());
    }

    public static SizeTest Size(BsonValue value)
    {
        if (!Numbers.TryWhole(value, out var size))
        {
            throw CommandError.FailedToParse(
                $"Failed to parse $size. Expected an integer: $size: {ValueText.Of(value)}"
            );
        }

        return size < 0
            ? throw CommandError.FailedToParse(
                $"Failed to parse $size. Expected a non-negative number in: $size: {ValueText.Of(value)}"
            )
            : new SizeTest(size);
    }

    public static BitsTest Bits(string name, BsonValue value, bool set, bool all)
    {
        var positions = new List<long>();
        if (value.IsArray)
        {
            foreach (var element in value.AsArray)
            {
                positions.Add(
                    Numbers.TryWhole(element, out var position) && position >= 0
                        ? position
                        : throw CommandError.BadValue($"{name} bit positions must be integers >= 0")
                );
            }
        }
        else if (value.IsBinary)
        {
            var bytes = value.AsBinary.Span;
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                if ((bytes[bit / 8] >> (bit % 8) & 1) == 1)
                {
                    positions.Add(bit);
                }
            }
        }
        else if (Numbers.TryWhole(value, out var mask) && mask >= 0)
        {
            for (var bit = 0; bit < 63; bit++)
            {
                if ((mask >> bit & 1) == 1)
                {
                    positions.Add(bit);
                }
            }
        }
        else
        {
            throw CommandError.BadValue(
                $"{name} takes an Array, a number, or a BinData but received: {ValueText.Of(value)}"
            );
        }

        return new BitsTest(positions, set, all);
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Arrays, and the accumulators that can also be computed over one array.</summary>
internal static class ArrayFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$size"] = new(1, 1, Size);
        table["$isArray"] = new(1, 1, static a => a[0] is { IsArray: true });
        table["$arrayElemAt"] = new(2, 2, ElementAt);
        table["$first"] = new(1, 1, static a => ElementAt([a[0], 0]));
        table["$last"] = new(1, 1, static a => ElementAt([a[0], -1]));
        table["$in"] = new(2, 2, In);
        table["$indexOfArray"] = new(2, 4, IndexOf);
        table["$concatArrays"] = new(0, int.MaxValue, Concat);
        table["$reverseArray"] = new(1, 1, Reverse);
        table["$slice"] = new(2, 3, Slice);
        table["$range"] = new(2, 3, Range);
        table["$sum"] = new(0, int.MaxValue, static a => Sum(Spread(a)));
        table["$avg"] = new(0, int.MaxValue, static a => Average(Spread(a)));
        table["$min"] = new(0, int.MaxValue, static a => Extreme(Spread(a), -1));
        table["$max"] = new(0, int.MaxValue, static a => Extreme(Spread(a), 1));
    }

    /// <summary>$sortArray: by a direction, or by fields.</summary>
    public static Expression SortArray(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$sortArray", operand, "input", "sortBy");
        var input = parser.Parse(Structures.Required("$sortArray", named, "input"));
        var by = Structures.Required("$sortArray", named, "sortBy");
        var specification = new BsonDocument();
        if (by.IsDocument)
        {
            foreach (var (name, direction) in by.AsDocument)
            {
                specification.Add("v." + name, direction);
            }
        }
        else
        {
            specification.Add("v", by);
        }

        var order =
            SortOrder.Parse(specification)
            ?? throw CommandError.BadValue("$sortArray sortBy must not be empty");
        return new FunctionExpression(
            [input],
            values =>
                values[0].IsNullish()
                    ? BsonValue.Null
                    : new BsonArray(
                        order
                            .Sort(
                                Required("$sortArray", values[0], 2942504)
                                    .Select(static v => new BsonDocument("v", v))
                            )
                            .Select(static row => row["v"])
                    )
        );
    }

    public static BsonValue Sum(IEnumerable<BsonValue> values)
    {
        BsonValue sum = 0;
        foreach (var value in values)
        {
            if (value.IsNumber)
            {
                sum = Numbers.Add(sum, value);
            }
        }

        return sum;
    }

    public static BsonValue Average(IEnumerable<BsonValue> values)
    {
        BsonValue sum = 0;
        var count = 0;
        foreach (var value in values)
        {
            if (value.IsNumber)
            {
                sum = Numbers.Add(sum, value);
                count++;
            }
        }

        return count == 0 ? BsonValue.Null : Numbers.Divide(sum, count);
    }

    /// <summary>The least (-1) or greatest (1) that is not null; null when there is none.</summary>
    public static BsonValue Extreme(IEnumerable<BsonValue> values, int sign)
    {
        BsonValue? best = null;
        foreach (var value in values)
        {
            if (
                value.Type is not (BsonType.Null or BsonType.Undefined)
                && (best is null || Math.Sign(BsonOrder.Compare(value, best.Value)) == sign)
            )
            {
                best = value;
            }
        }

        return best ?? BsonValue.Null;
    }

    // With one argument that is an array, its elements; else the arguments themselves.
    private static IEnumerable<BsonValue> Spread(BsonValue?[] values) =>
        values is [{ IsArray: true } only]
            ? only.AsArray
            : values.Where(static value => value is not null).Select(static value => value!.Value);

    private static BsonArray Required(string name, BsonValue? value, int code) =>
        value is { IsArray: true } array
            ? array.AsArray
            : throw new CommandError(
                code,
                $"{name} requires an array as an argument, found: {value.TypeOf()}"
            );

    private static BsonValue? Size(BsonValue?[] values) =>
        values[0] is { IsArray: true } array
            ? array.AsArray.Count
            : throw new CommandError(
                17124,
                $"The argument to $size must be an array, but was of type: {values[0].TypeOf()}"
            );

    private static BsonValue? ElementAt(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        if (values[0] is not { IsArray: true } found)
        {
            throw new CommandError(
                28689,
                $"$arrayElemAt's first argument must be an array, but is {values[0].TypeOf()}"
            );
        }

        if (!Numbers.TryWhole(values[1]!.Value, out var index))
        {
            throw new CommandError(
                28690,
                $"$arrayElemAt's second argument must be a numeric value, but is {values[1].TypeOf()}"
            );
        }

        var array = found.AsArray;
        index = index < 0 ? index + array.Count : index;
        return index >= 0 && index < array.Count ? array[(int)index] : default(BsonValue?);
    }

    private static BsonValue? In(BsonValue?[] values)
    {
        if (values[1] is not { IsArray: true } array)
        {
            throw new CommandError(
                40081,
                $"$in requires an array as a second argument, found: {values[1].TypeOf()}"
            );
        }

        var wanted = values[0] ?? BsonValue.Undefined;
        return array.AsArray.Any(value => BsonOrder.Same(value, wanted));
    }

    private static BsonValue? IndexOf(BsonValue?[] values)
    {
        if (values[0].IsNullish())
        {
            return BsonValue.Null;
        }

        var array = Required("$indexOfArray", values[0], 40090);
        var start = values.Length > 2 ? (int)values[2]!.Value.ToInt64() : 0;
        var end = values.Length > 3 ? (int)Math.Min(array.Count, values[3]!.Value.ToInt64()) : array.Count;
        var wanted = values[1] ?? BsonValue.Undefined;
        for (var i = start; i < end; i++)
        {
            if (BsonOrder.Same(array[i], wanted))
            {
                return i;
            }
        }

        return -1;
    }

    private static BsonValue? Concat(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var all = new BsonArray();
        foreach (var value in values)
        {
            all.AddRange(
                value is { IsArray: true } array
                    ? array.AsArray
                    : throw new CommandError(
                        28664,
                        $"$concatArrays only supports arrays, not {value.TypeOf()}"
                    )
            );
        }

        return all;
    }

    private static BsonValue? Reverse(BsonValue?[] values) =>
        values[0].IsNullish()
            ? BsonValue.Null
            : new BsonArray(Enumerable.Reverse(Required("$reverseArray", values[0], 34435)));

    private static BsonValue? Slice(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var array = Required("$slice", values[0], 28724);
        if (!Numbers.TryWhole(values[1]!.Value, out var first))
        {
            throw new CommandError(
                28725,
                $"Second argument to $slice must be a numeric value, but is of type: {values[1].TypeOf()}"
            );
        }

        if (values.Length == 2)
        {
            return first < 0
                ? new BsonArray(array.Skip((int)Math.Max(0, array.Count + first)))
                : new BsonArray(array.Take((int)Math.Min(first, int.MaxValue)));
        }

        if (!Numbers.TryWhole(values[2]!.Value, out var count) || count <= 0)
        {
            throw new CommandError(28729, "Third argument to $slice must be positive");
        }

        var start = first < 0 ? Math.Max(0, array.Count + first) : Math.Min(first, array.Count);
        return new BsonArray(array.Skip((int)start).Take((int)Math.Min(count, int.MaxValue)));
    }

    private static BsonValue? Range(BsonValue?[] values)
    {
        var numbers = new long[3];
        numbers[2] = 1;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value || !Numbers.TryWhole(value, out numbers[i]))
            {
                throw new CommandError(
                    34443,
                    $"$range requires numeric arguments that are integers, found {values[i].TypeOf()}"
                );
            }
        }

        var (start, end, step) = (numbers[0], numbers[1], numbers[2]);
        if (step == 0)
        {
            throw new CommandError(34449, "$range requires a non-zero step value");
        }

        var range = new BsonArray();
        for (var i = start; step > 0 ? i < end : i > end; i += step)
        {
            range.Add((int)i);
        }

        return range;
    }
}

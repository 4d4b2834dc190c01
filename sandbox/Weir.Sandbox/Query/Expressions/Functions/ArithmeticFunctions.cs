using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Arithmetic: null where an argument is null or missing.</summary>
internal static class ArithmeticFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$add"] = new(0, int.MaxValue, Add);
        table["$subtract"] = new(2, 2, Subtract);
        table["$multiply"] = new(0, int.MaxValue, Multiply);
        table["$divide"] = new(2, 2, Divide);
        table["$mod"] = new(2, 2, Remainder);
        table["$abs"] = Unary("$abs", static n => Numbers.Compare(n, 0) < 0 ? Numbers.Subtract(0, n) : n);
        table["$floor"] = Unary("$floor", static n => Round(n, 0, MidpointRounding.ToNegativeInfinity));
        table["$ceil"] = Unary("$ceil", static n => Round(n, 0, MidpointRounding.ToPositiveInfinity));
        table["$round"] = new(1, 2, static a => Places("$round", a, MidpointRounding.ToEven));
        table["$trunc"] = new(1, 2, static a => Places("$trunc", a, MidpointRounding.ToZero));
        table["$sqrt"] = Unary("$sqrt", SquareRoot);
        table["$exp"] = Unary("$exp", static n => Math.Exp(n.ToDouble()));
        table["$ln"] = Unary("$ln", static n => Math.Log(n.ToDouble()));
        table["$log10"] = Unary("$log10", static n => Math.Log10(n.ToDouble()));
        table["$pow"] = new(2, 2, Power);
    }

    private static Function Unary(string name, Func<BsonValue, BsonValue> apply) =>
        new(1, 1, values => values[0].IsNullish() ? BsonValue.Null : apply(Number(name, values[0])));

    private static BsonValue Number(string name, BsonValue? value) =>
        value is { IsNumber: true } number
            ? number
            : throw new CommandError(28765, $"{name} only supports numeric types, not {value.TypeOf()}");

    private static BsonValue? Add(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        BsonValue sum = 0;
        long? date = null;
        foreach (var value in values)
        {
            if (value!.Value.IsDateTime)
            {
                date = date is null
                    ? value.Value.AsMillisecondsSinceEpoch
                    : throw new CommandError(16612, "only one date allowed in an $add expression");
            }
            else
            {
                sum = value.Value.IsNumber
                    ? Numbers.Add(sum, value.Value)
                    : throw CommandError.TypeMismatch(
                        $"$add only supports numeric or date types, not {value.TypeOf()}"
                    );
            }
        }

        return date is { } start
            ? BsonValue.FromMillisecondsSinceEpoch(start + (long)Math.Round(sum.ToDouble()))
            : sum;
    }

    private static BsonValue? Subtract(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var (left, right) = (values[0]!.Value, values[1]!.Value);
        if (left.IsNumber && right.IsNumber)
        {
            return Numbers.Subtract(left, right);
        }

        if (left.IsDateTime && right.IsDateTime)
        {
            return left.AsMillisecondsSinceEpoch - right.AsMillisecondsSinceEpoch;
        }

        return left.IsDateTime && right.IsNumber
            ? BsonValue.FromMillisecondsSinceEpoch(
                left.AsMillisecondsSinceEpoch - (long)Math.Round(right.ToDouble())
            )
            : throw CommandError.TypeMismatch(
                $"can't $subtract {values[1].TypeOf()} from {values[0].TypeOf()}"
            );
    }

    private static BsonValue? Multiply(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        BsonValue product = 1;
        foreach (var value in values)
        {
            product = value!.Value.IsNumber
                ? Numbers.Multiply(product, value.Value)
                : throw CommandError.TypeMismatch(
                    $"$multiply only supports numeric types, not {value.TypeOf()}"
                );
        }

        return product;
    }

    private static BsonValue? Divide(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        if (!values[0]!.Value.IsNumber || !values[1]!.Value.IsNumber)
        {
            throw CommandError.TypeMismatch(
                $"$divide only supports numeric types, not {values[0].TypeOf()} and {values[1].TypeOf()}"
            );
        }

        return Numbers.IsZero(values[1]!.Value)
            ? throw CommandError.BadValue("can't $divide by zero")
            : Numbers.Divide(values[0]!.Value, values[1]!.Value);
    }

    private static BsonValue? Remainder(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        if (!values[0]!.Value.IsNumber || !values[1]!.Value.IsNumber)
        {
            throw new CommandError(
                16611,
                $"$mod only supports numeric types, not {values[0].TypeOf()} and {values[1].TypeOf()}"
            );
        }

        return Numbers.IsZero(values[1]!.Value)
            ? throw new CommandError(16610, "can't $mod by zero")
            : Numbers.Remainder(values[0]!.Value, values[1]!.Value);
    }

    private static BsonValue? Power(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var (number, exponent) = (Number("$pow", values[0]), Number("$pow", values[1]));
        if (!Numbers.IsInteger(number) || !Numbers.IsInteger(exponent) || exponent.ToInt64() is < 0 or > 64)
        {
            return Math.Pow(number.ToDouble(), exponent.ToDouble());
        }

        var result = System.Numerics.BigInteger.Pow(number.ToInt64(), (int)exponent.ToInt64());
        return Numbers.Shrink(result, number.IsInt64 || exponent.IsInt64);
    }

    private static BsonValue SquareRoot(BsonValue number) =>
        number.ToDouble() < 0
            ? throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0")
            : Math.Sqrt(number.ToDouble());

    private static BsonValue? Places(string name, BsonValue?[] values, MidpointRounding mode)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var places = 0L;
        if (
            values.Length == 2
            && !(Numbers.TryWhole(values[1]!.Value, out places) && places is >= -20 and <= 100)
        )
        {
            throw new CommandError(
                51082,
                $"the precision argument of {name} must be an integer between -20 and 100"
            );
        }

        return Round(Number(name, values[0]), (int)places, mode);
    }

    private static BsonValue Round(BsonValue number, int places, MidpointRounding mode)
    {
        if (number.IsDecimal128)
        {
            return DecimalNumber.Of(number).Round(places, mode).ToValue();
        }

        if (Numbers.IsInteger(number))
        {
            return places >= 0
                ? number
                : Numbers.Shrink(
                    new System.Numerics.BigInteger(DecimalNumber.Of(number).Round(places, mode).ToDouble()),
                    number.IsInt64
                );
        }

        var value = number.AsDouble;
        return places == 0 || !double.IsFinite(value)
            ? Math.Round(value, mode)
            : DecimalNumber.Of(number).Round(places, mode).ToDouble();
    }
}

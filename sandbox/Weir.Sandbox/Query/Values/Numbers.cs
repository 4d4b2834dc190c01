using System.Numerics;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>Arithmetic and comparison over the four number types, each result in the type the server gives it.</summary>
internal static class Numbers
{
    /// <summary>Numeric order; NaN equals itself and is less than everything else.</summary>
    public static int Compare(BsonValue left, BsonValue right)
    {
        if (IsInteger(left) && IsInteger(right))
        {
            return left.ToInt64().CompareTo(right.ToInt64());
        }

        if (left.IsDecimal128 || right.IsDecimal128)
        {
            return CompareExactly(left, right);
        }

        if (left.IsDouble && right.IsDouble)
        {
            // CompareTo puts NaN first and lets -0 equal 0.
            return left.AsDouble.CompareTo(right.AsDouble);
        }

        return left.IsDouble
            ? -CompareWithDouble(right.ToInt64(), left.AsDouble)
            : CompareWithDouble(left.ToInt64(), right.AsDouble);
    }

    public static bool IsInteger(BsonValue value) => value.IsInt32 || value.IsInt64;

    public static bool IsNaN(BsonValue value) =>
        (value.IsDouble && double.IsNaN(value.AsDouble)) || (value.IsDecimal128 && value.AsDecimal128.IsNaN);

    public static bool IsZero(BsonValue value) =>
        value.IsDecimal128 ? value.AsDecimal128.IsZero
        : value.IsDouble ? value.AsDouble == 0
        : value.ToInt64() == 0;

    /// <summary>The whole number that a value stands for exactly, as where an operator wants an integer.</summary>
    public static bool TryWhole(BsonValue value, out long whole)
    {
        whole = 0;
        if (IsInteger(value))
        {
            whole = value.ToInt64();
            return true;
        }

        if (!value.IsNumber)
        {
            return false;
        }

        var number = value.ToDouble();
        if (
            Math.Truncate(number) == number
            && number is >= -9.2233720368547758E18 and < 9.2233720368547758E18
        )
        {
            whole = (long)number;
            return true;
        }

        return false;
    }

    public static BsonValue Add(BsonValue left, BsonValue right) =>
        Apply(left, right, static (a, b) => a + b, static (a, b) => a + b, static (a, b) => a.Add(b));

    public static BsonValue Subtract(BsonValue left, BsonValue right) =>
        Apply(
            left,
            right,
            static (a, b) => a - b,
            static (a, b) => a - b,
            static (a, b) => a.Add(b.Negate())
        );

    public static BsonValue Multiply(BsonValue left, BsonValue right) =>
        Apply(left, right, static (a, b) => a * b, static (a, b) => a * b, static (a, b) => a.Multiply(b));

    /// <summary>A Double, or a Decimal128 where one of them is. The divisor must not be zero.</summary>
    public static BsonValue Divide(BsonValue left, BsonValue right) =>
        left.IsDecimal128 || right.IsDecimal128
            ? DecimalNumber.Of(left).Divide(DecimalNumber.Of(right)).ToValue()
            : left.ToDouble() / right.ToDouble();

    /// <summary>The remainder with the dividend's sign. The divisor must not be zero.</summary>
    public static BsonValue Remainder(BsonValue left, BsonValue right) =>
        Apply(
            left,
            right,
            static (a, b) => BigInteger.Remainder(a, b),
            static (a, b) => a % b,
            static (a, b) => a.Remainder(b)
        );

    /// <summary>The smallest of Int32, Int64 and Double that holds it, but no smaller than asked.</summary>
    public static BsonValue Shrink(BigInteger value, bool longAtLeast)
    {
        if (!longAtLeast && value >= int.MinValue && value <= int.MaxValue)
        {
            return (int)value;
        }

        return value >= long.MinValue && value <= long.MaxValue ? (BsonValue)(long)value : (double)value;
    }

    private static BsonValue Apply(
        BsonValue left,
        BsonValue right,
        Func<BigInteger, BigInteger, BigInteger> whole,
        Func<double, double, double> floating,
        Func<DecimalNumber, DecimalNumber, DecimalNumber> exact
    )
    {
        if (left.IsDecimal128 || right.IsDecimal128)
        {
            return exact(DecimalNumber.Of(left), DecimalNumber.Of(right)).ToValue();
        }

        if (left.IsDouble || right.IsDouble)
        {
            return floating(left.ToDouble(), right.ToDouble());
        }

        return Shrink(whole(left.ToInt64(), right.ToInt64()), left.IsInt64 || right.IsInt64);
    }

    private static int CompareWithDouble(long whole, double number)
    {
        if (double.IsNaN(number))
        {
            return 1;
        }

        if (number >= 9.2233720368547758E18)
        {
            return -1;
        }

        if (number < -9.2233720368547758E18)
        {
            return 1;
        }

        var cut = (long)number;
        return whole != cut ? whole.CompareTo(cut) : 0d.CompareTo(number - cut);
    }

    private static int CompareExactly(BsonValue left, BsonValue right)
    {
        if (IsNaN(left) || IsNaN(right))
        {
            return IsNaN(right).CompareTo(IsNaN(left));
        }

        return DecimalNumber.Compare(DecimalNumber.Of(left), DecimalNumber.Of(right));
    }
}

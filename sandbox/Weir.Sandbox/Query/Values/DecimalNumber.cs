using System.Globalization;
using System.Numerics;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>A decimal number of any precision: what Decimal128 is computed with before it is rounded to 34 digits.</summary>
internal readonly struct DecimalNumber
{
    private const int Digits = 34;
    private const int MaxExponent = 6111;
    private const int MinExponent = -6176;

    private readonly BigInteger coefficient;
    private readonly int exponent;
    private readonly double special;

    private DecimalNumber(BigInteger coefficient, int exponent, double special = 0)
    {
        this.coefficient = coefficient;
        this.exponent = exponent;
        this.special = special;
    }

    // An infinity or NaN: NaN differs from zero too.
    private bool IsSpecial => special != 0;

    /// <summary>Exact, but for a Double, which is taken at its shortest text, as the server's conversion rounds it.</summary>
    public static DecimalNumber Of(BsonValue value)
    {
        if (value.IsDecimal128)
        {
            var number = value.AsDecimal128;
            return number.IsNaN ? new(0, 0, double.NaN)
                : number.IsInfinity
                    ? new(0, 0, number.IsNegative ? double.NegativeInfinity : double.PositiveInfinity)
                : Parse(number.ToString());
        }

        if (value.IsDouble)
        {
            var number = value.AsDouble;
            return Math.Abs(number) < 1e19 && Math.Truncate(number) == number ? new(new BigInteger(number), 0)
                : double.IsFinite(number) ? Parse(number.ToString("R", CultureInfo.InvariantCulture))
                : new(0, 0, number);
        }

        return new(value.ToInt64(), 0);
    }

    public static int Compare(DecimalNumber left, DecimalNumber right)
    {
        if (left.IsSpecial || right.IsSpecial)
        {
            return left.special.CompareTo(right.special);
        }

        var sign = left.coefficient.Sign.CompareTo(right.coefficient.Sign);
        if (sign != 0 || left.coefficient.IsZero)
        {
            return sign;
        }

        var (a, b, _) = Align(left, right);
        return a.CompareTo(b);
    }

    public DecimalNumber Negate() => IsSpecial ? new(0, 0, -special) : new(-coefficient, exponent);

    public DecimalNumber Add(DecimalNumber other)
    {
        if (IsSpecial || other.IsSpecial)
        {
            return new(0, 0, special + other.special);
        }

        var (a, b, e) = Align(this, other);
        return new(a + b, e);
    }

    public DecimalNumber Multiply(DecimalNumber other) =>
        IsSpecial || other.IsSpecial
            ? OfDouble(ToDouble() * other.ToDouble())
            : new(coefficient * other.coefficient, exponent + other.exponent);

    public DecimalNumber Divide(DecimalNumber other)
    {
        if (IsSpecial || other.IsSpecial || other.coefficient.IsZero)
        {
            return OfDouble(ToDouble() / other.ToDouble());
        }

        // Enough digits for 34 exact ones, then the zeros that division made go again.
        var scale = Digits + 4 + Math.Max(0, Length(other.coefficient) - Length(coefficient));
        var quotient = BigInteger.DivRem(
            coefficient * BigInteger.Pow(10, scale),
            other.coefficient,
            out var rest
        );
        var result = new DecimalNumber(quotient, exponent - other.exponent - scale);
        return rest.IsZero ? result.Trim(exponent - other.exponent) : result;
    }

    public DecimalNumber Remainder(DecimalNumber other)
    {
        if (IsSpecial || other.IsSpecial)
        {
            return OfDouble(ToDouble() % other.ToDouble());
        }

        var (a, b, e) = Align(this, other);
        return new(BigInteger.Remainder(a, b), e);
    }

    /// <summary>Rounded to a number of decimal places (negative ones too) in the way asked.</summary>
    public DecimalNumber Round(int places, MidpointRounding mode)
    {
        if (IsSpecial || exponent >= -places)
        {
            return this;
        }

        var power = BigInteger.Pow(10, -places - exponent);
        var quotient = BigInteger.DivRem(coefficient, power, out var rest);
        var twice = (BigInteger.Abs(rest) * 2).CompareTo(power);
        var away = mode switch
        {
            MidpointRounding.ToZero => false,
            MidpointRounding.ToNegativeInfinity => rest.Sign < 0,
            MidpointRounding.ToPositiveInfinity => rest.Sign > 0,
            _ => twice > 0 || (twice == 0 && !quotient.IsEven),
        };
        return new(away ? quotient + (rest.Sign < 0 ? -1 : 1) : quotient, -places);
    }

    /// <summary>Rounded half-even to what a Decimal128 holds.</summary>
    public BsonValue ToValue()
    {
        if (IsSpecial)
        {
            return double.IsNaN(special) ? Decimal128.NaN
                : special > 0 ? Decimal128.PositiveInfinity
                : Decimal128.NegativeInfinity;
        }

        var fitted = this;
        var surplus = Math.Max(Length(coefficient) - Digits, MinExponent - exponent);
        if (surplus > 0)
        {
            fitted = Round(-(exponent + surplus), MidpointRounding.ToEven);
            if (Length(fitted.coefficient) > Digits)
            {
                fitted = new(fitted.coefficient / 10, fitted.exponent + 1);
            }
        }

        if (fitted.exponent > MaxExponent)
        {
            var shift = fitted.exponent - MaxExponent;
            if (fitted.coefficient.IsZero)
            {
                fitted = new(0, MaxExponent);
            }
            else if (Length(fitted.coefficient) + shift > Digits)
            {
                return fitted.coefficient.Sign > 0
                    ? Decimal128.PositiveInfinity
                    : Decimal128.NegativeInfinity;
            }
            else
            {
                fitted = new(fitted.coefficient * BigInteger.Pow(10, shift), MaxExponent);
            }
        }

        return Decimal128.Parse(
            string.Create(CultureInfo.InvariantCulture, $"{fitted.coefficient}E{fitted.exponent}")
        );
    }

    public double ToDouble() =>
        IsSpecial
            ? special
            : double.Parse(
                string.Create(CultureInfo.InvariantCulture, $"{coefficient}E{exponent}"),
                CultureInfo.InvariantCulture
            );

    /// <summary>The same number with as few digits as it needs: equal numbers give equal texts.</summary>
    public string Canonical()
    {
        if (IsSpecial)
        {
            return special.ToString(CultureInfo.InvariantCulture);
        }

        var least = coefficient.IsZero ? new(0, 0) : Trim(int.MaxValue);
        return string.Create(CultureInfo.InvariantCulture, $"{least.coefficient}E{least.exponent}");
    }

    private static DecimalNumber OfDouble(double number) => Of(number);

    private static int Length(BigInteger value) =>
        value.IsZero ? 1 : (int)Math.Floor(BigInteger.Log10(BigInteger.Abs(value)) + 1e-9) + 1;

    private static (BigInteger Left, BigInteger Right, int Exponent) Align(
        DecimalNumber left,
        DecimalNumber right
    )
    {
        var exponent = Math.Min(left.exponent, right.exponent);
        return (
            left.coefficient * BigInteger.Pow(10, left.exponent - exponent),
            right.coefficient * BigInteger.Pow(10, right.exponent - exponent),
            exponent
        );
    }

    private static DecimalNumber Parse(string text)
    {
        var mark = text.IndexOf('E', StringComparison.OrdinalIgnoreCase);
        var digits = mark < 0 ? text : text[..mark];
        var exponent =
            mark < 0
                ? 0
                : int.Parse(
                    text.AsSpan(mark + 1),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture
                );
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        return new(
            BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            exponent
        );
    }

    private DecimalNumber Trim(int upTo)
    {
        var (digits, power) = (coefficient, exponent);
        while (power < upTo && !digits.IsZero)
        {
            var quotient = BigInteger.DivRem(digits, 10, out var rest);
            if (!rest.IsZero)
            {
                break;
            }

            digits = quotient;
            power++;
        }

        return new(digits, power);
    }
}

using System.Globalization;

namespace Weir.Protocol.Bson;

/// <summary>The text form of a Decimal128, as the BSON Decimal128 specification writes and reads it.</summary>
internal static class Decimal128Text
{
    // Far beyond what any digits could bring back into range, and far from overflowing a long.
    private const long ExponentBound = 1L << 40;

    public static string Format(Decimal128 value)
    {
        if (value.IsNaN)
        {
            return "NaN";
        }

        if (value.IsInfinity)
        {
            return value.IsNegative ? "-Infinity" : "Infinity";
        }

        var (isNegative, coefficient, exponent) = Decimal128Parts.Of(value);
        var digits = coefficient.ToString(CultureInfo.InvariantCulture);
        var adjusted = exponent + digits.Length - 1;
        var sign = isNegative ? "-" : "";
        if (exponent > 0 || adjusted < -6)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{fraction}E{(adjusted < 0 ? "" : "+")}{adjusted}"
            );
        }

        if (exponent == 0)
        {
            return sign + digits;
        }

        digits = digits.PadLeft(1 - exponent, '0');
        return $"{sign}{digits[..^-exponent]}.{digits[^-exponent..]}";
    }

    public static double ToDouble(Decimal128 value) =>
        value.IsNaN ? double.NaN : double.Parse(Format(value), CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> text, out Decimal128 value)
    {
        value = default;
        var isNegative = false;
        if (text is ['+' or '-', ..])
        {
            isNegative = text[0] == '-';
            text = text[1..];
        }

        if (text is ['i' or 'I', ..])
        {
            value = isNegative ? Decimal128.NegativeInfinity : Decimal128.PositiveInfinity;
            return Is(text, "inf") || Is(text, "infinity");
        }

        if (Is(text, "nan"))
        {
            value = Decimal128.NaN;
            return true;
        }

        var indicator = text.IndexOfAny('e', 'E');
        long exponent = 0;
        if (indicator >= 0 && !TryParseExponent(text[(indicator + 1)..], out exponent))
        {
            return false;
        }

        var number = indicator >= 0 ? text[..indicator] : text;
        return TryParseDigits(number, out var coefficient, out var shift)
            && TryPack(isNegative, coefficient, exponent + shift, out value);
    }

    private static bool Is(ReadOnlySpan<char> text, string name) =>
        text.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool TryParseExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        var isNegative = text is ['-', ..];
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            exponent = Math.Min((10 * exponent) + (c - '0'), ExponentBound);
        }

        exponent = isNegative ? -exponent : exponent;
        return digits.Length > 0;
    }

    /// <summary>Digits with at most one point. What goes beyond 34 digits has to be zeros.</summary>
    private static bool TryParseDigits(ReadOnlySpan<char> text, out UInt128 coefficient, out int shift)
    {
        coefficient = 0;
        shift = 0;
        var point = false;
        var any = false;
        foreach (var c in text)
        {
            if (c == '.' && !point)
            {
                point = true;
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            any = true;
            var fits = coefficient < Decimal128Parts.PowerOfTen(Decimal128Parts.MaxDigits - 1);
            if (!fits && c != '0')
            {
                return false;
            }

            coefficient = fits ? (10 * coefficient) + (uint)(c - '0') : coefficient;
            shift += (fits ? 0 : 1) - (point ? 1 : 0);
        }

        return any;
    }

    /// <summary>Moves zeros between coefficient and exponent where the exponent alone is out of range.</summary>
    private static bool TryPack(bool isNegative, UInt128 coefficient, long exponent, out Decimal128 value)
    {
        value = default;
        if (coefficient == 0)
        {
            exponent = Math.Clamp(exponent, Decimal128Parts.MinExponent, Decimal128Parts.MaxExponent);
        }

        for (; exponent > Decimal128Parts.MaxExponent; exponent--)
        {
            if (coefficient > Decimal128Parts.MaxCoefficient / 10)
            {
                return false;
            }

            coefficient *= 10;
        }

        for (; exponent < Decimal128Parts.MinExponent; exponent++)
        {
            var (quotient, remainder) = UInt128.DivRem(coefficient, 10);
            if (remainder != 0)
            {
                return false;
            }

            coefficient = quotient;
        }

        value = Decimal128Parts.Pack(isNegative, coefficient, (int)exponent);
        return true;
    }
}

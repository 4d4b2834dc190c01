namespace Weir.Protocol.Bson;

/// <summary>A finite Decimal128 taken apart: (-1)^sign × coefficient × 10^exponent.</summary>
internal readonly record struct Decimal128Parts(bool IsNegative, UInt128 Coefficient, int Exponent)
{
    public const int MaxDigits = 34;
    public const int MinExponent = -6176;
    public const int MaxExponent = 6111;

    private const ulong SignBit = 0x8000_0000_0000_0000;
    private const ulong LargeForm = 0x6000_0000_0000_0000;

    private static readonly UInt128[] s_powersOfTen = MakePowersOfTen();

    public static UInt128 MaxCoefficient => s_powersOfTen[MaxDigits] - 1;

    public static UInt128 PowerOfTen(int exponent) => s_powersOfTen[exponent];

    public static Decimal128Parts Of(Decimal128 value)
    {
        // The large form stands for coefficients above 2^113, all of which have more than 34 digits. Those, and
        // whatever else is too large for 34 digits, count as zero: so says IEEE 754.
        if ((value.High & LargeForm) == LargeForm)
        {
            return new(value.IsNegative, 0, (int)((value.High >> 47) & 0x3FFF) + MinExponent);
        }

        var coefficient = new UInt128(value.High & 0x1_FFFF_FFFF_FFFF, value.Low);
        return new(
            value.IsNegative,
            coefficient > MaxCoefficient ? 0 : coefficient,
            (int)((value.High >> 49) & 0x3FFF) + MinExponent
        );
    }

    /// <summary>The parts must be in range.</summary>
    public static Decimal128 Pack(bool isNegative, UInt128 coefficient, int exponent) =>
        new(
            (isNegative ? SignBit : 0) | ((ulong)(exponent - MinExponent) << 49) | (ulong)(coefficient >> 64),
            (ulong)coefficient
        );

    public static long ToInt64(Decimal128 value)
    {
        if (!value.IsFinite)
        {
            throw new OverflowException($"{value} is not an integer.");
        }

        var (isNegative, coefficient, exponent) = Of(value);
        UInt128 magnitude = exponent switch
        {
            _ when coefficient == 0 => 0,
            < -MaxDigits => 0,
            < 0 => coefficient / PowerOfTen(-exponent),
            <= 18 => checked(coefficient * PowerOfTen(exponent)),
            _ => throw new OverflowException($"{value} does not fit into 64 bits."),
        };
        return checked((long)(isNegative ? -(Int128)magnitude : (Int128)magnitude));
    }

    private static UInt128[] MakePowersOfTen()
    {
        var powers = new UInt128[MaxDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = 10 * powers[i - 1];
        }

        return powers;
    }
}

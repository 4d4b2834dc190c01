using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Weir.Protocol.Bson;

/// <summary>
/// An IEEE 754-2008 decimal number of 34 digits in the binary integer encoding. Equality is of the 128 bits: 1.0 and
/// 1.00 are different values, as they are on the wire.
/// </summary>
public readonly struct Decimal128 : IEquatable<Decimal128>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 16;

    public Decimal128(ulong high, ulong low) => (High, Low) = (high, low);

    internal Decimal128(ReadOnlySpan<byte> littleEndian)
    {
        Low = BinaryPrimitives.ReadUInt64LittleEndian(littleEndian);
        High = BinaryPrimitives.ReadUInt64LittleEndian(littleEndian[8..]);
    }

    public ulong High { get; }

    public ulong Low { get; }

    public static Decimal128 PositiveInfinity => new(0x7800_0000_0000_0000, 0);

    public static Decimal128 NegativeInfinity => new(0xF800_0000_0000_0000, 0);

    public static Decimal128 NaN => new(0x7C00_0000_0000_0000, 0);

    public bool IsNegative => (long)High < 0;

    public bool IsNaN => (High & 0x7C00_0000_0000_0000) == 0x7C00_0000_0000_0000;

    public bool IsInfinity => (High & 0x7C00_0000_0000_0000) == 0x7800_0000_0000_0000;

    public bool IsFinite => (High & 0x7800_0000_0000_0000) != 0x7800_0000_0000_0000;

    /// <summary>Zero of either sign and any exponent.</summary>
    public bool IsZero => IsFinite && Decimal128Parts.Of(this).Coefficient == 0;

    public static implicit operator Decimal128(int value) => FromInt64(value);

    public static implicit operator Decimal128(long value) => FromInt64(value);

    public static Decimal128 FromInt64(long value) =>
        Decimal128Parts.Pack(value < 0, value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value, 0);

    /// <summary>The 28 digits of a .NET decimal, with its trailing zeros.</summary>
    public static Decimal128 FromDecimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var coefficient = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return Decimal128Parts.Pack(bits[3] < 0, coefficient, -((bits[3] >> 16) & 0xFF));
    }

    /// <summary>Reads the specification's text form. Digits that do not fit are an error, never rounded.</summary>
    /// <exception cref="FormatException">The text is no decimal, or needs more than 34 digits or a larger exponent.</exception>
    public static Decimal128 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value)
            ? value
            : throw new FormatException(
                "The text is not a Decimal128, or it can't be held exactly in 34 digits."
            );

    public static bool TryParse(ReadOnlySpan<char> text, out Decimal128 value) =>
        Decimal128Text.TryParse(text, out value);

    /// <summary>A fraction is cut. <see cref="OverflowException"/> when it does not fit.</summary>
    public long ToInt64() => Decimal128Parts.ToInt64(this);

    /// <summary>The nearest Double.</summary>
    public double ToDouble() => Decimal128Text.ToDouble(this);

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], High);
    }

    public bool Equals(Decimal128 other) => High == other.High && Low == other.Low;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Decimal128 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(High, Low);

    public static bool operator ==(Decimal128 left, Decimal128 right) => left.Equals(right);

    public static bool operator !=(Decimal128 left, Decimal128 right) => !left.Equals(right);

    /// <summary>The specification's text form, scientific where the exponent asks for it.</summary>
    public override string ToString() => Decimal128Text.Format(this);
}

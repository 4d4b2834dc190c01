using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Bson;

public sealed class Decimal128Tests
{
    [Theory]
    [InlineData("1", 0x3040000000000000, 1)]
    [InlineData("-1.20", 0xB03C000000000000, 120)]
    [InlineData("0E+7000", 0x5FFE000000000000, 0)]
    [InlineData("Infinity", 0x7800000000000000, 0)]
    [InlineData("-inf", 0xF800000000000000, 0)]
    [InlineData("nan", 0x7C00000000000000, 0)]
    public void Text_is_read_to_its_bits(string text, ulong high, ulong low) =>
        Assert.Equal(new Decimal128(high, low), Decimal128.Parse(text));

    [Theory]
    [InlineData("0.001234", "0.001234")]
    [InlineData("1E-7", "1E-7")]
    [InlineData("0.0000012", "0.0000012")]
    [InlineData("0.00000012", "1.2E-7")]
    [InlineData("12E3", "1.2E+4")]
    [InlineData("-0", "-0")]
    [InlineData("0E-9000", "0E-6176")]
    [InlineData("1E6112", "1.0E+6112")]
    [InlineData("10E-6177", "1E-6176")]
    [InlineData("99999999999999999999999999999999990", "9.999999999999999999999999999999999E+34")]
    public void Text_is_written_in_the_form_of_the_specification(string text, string expected) =>
        Assert.Equal(expected, Decimal128.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData(" 1")]
    [InlineData("1_0")]
    [InlineData("infinit")]
    [InlineData("1E6145")]
    [InlineData("1E-6177")]
    [InlineData("1E99999999999999999999999999")]
    [InlineData("12345678901234567890123456789012345")]
    public void Text_that_is_no_exact_decimal_is_refused(string text)
    {
        Assert.False(Decimal128.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Decimal128.Parse(text));
    }

    [Fact]
    public void A_coefficient_beyond_34_digits_is_zero()
    {
        Assert.Equal("0", new Decimal128(0x3041ED09BEAD87C0, 0x378D8E6400000000).ToString());
        Assert.Equal(
            "9999999999999999999999999999999999",
            new Decimal128(0x3041ED09BEAD87C0, 0x378D8E63FFFFFFFF).ToString()
        );
        Assert.True(new Decimal128(0x6C10000000000000, 1).IsZero);
    }

    [Theory]
    [InlineData("12.9", 12L)]
    [InlineData("-12.9", -12L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("5E+3", 5000L)]
    [InlineData("1E-6000", 0L)]
    [InlineData("0E+6000", 0L)]
    public void The_whole_part_is_an_integer(string text, long expected) =>
        Assert.Equal(expected, ((BsonValue)Decimal128.Parse(text)).ToInt64());

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("1E+19")]
    [InlineData("9E+6000")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public void What_does_not_fit_an_integer_overflows(string text) =>
        Assert.Throws<OverflowException>(() => Decimal128.Parse(text).ToInt64());

    [Fact]
    public void Numbers_convert_both_ways()
    {
        Assert.Equal("-9223372036854775808", Decimal128.FromInt64(long.MinValue).ToString());
        Assert.Equal("79228162514264337593543950335", Decimal128.FromDecimal(decimal.MaxValue).ToString());
        Assert.Equal("-1.50", Decimal128.FromDecimal(-1.50m).ToString());
        Assert.Equal(0.1, Decimal128.Parse("0.1").ToDouble());
        Assert.Equal(double.NegativeInfinity, Decimal128.NegativeInfinity.ToDouble());
        Assert.True(double.IsNaN(Decimal128.NaN.ToDouble()));
    }
}

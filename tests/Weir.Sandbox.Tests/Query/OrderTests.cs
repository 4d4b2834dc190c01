using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Tests.Store;

namespace Weir.Sandbox.Tests.Query;

public sealed class OrderTests
{
    // One value of each bracket and some neighbours within, from the least to the greatest.
    private static readonly string[] ascending =
    [
        "{'$minKey': 1}",
        "null",
        "{'$numberDouble': 'NaN'}",
        "{'$numberDouble': '-Infinity'}",
        "{'$numberLong': '-9223372036854775808'}",
        "-1.5",
        "0",
        "0.5",
        "{'$numberLong': '9007199254740993'}",
        "{'$numberDouble': '9007199254740994.0'}",
        "{'$numberLong': '9223372036854775807'}",
        "{'$numberDouble': '9.3e18'}",
        "{'$numberDecimal': '1E400'}",
        "''",
        "'a'",
        "'aa'",
        "'b'",
        "'\uFFFF'",
        "'\U0001F600'",
        "{}",
        "{'a': 1}",
        "{'b': 1}",
        "{'a': 'x'}",
        "[]",
        "[1]",
        "[1, 2]",
        "[2]",
        "{'$binary': {'base64': 'AAAA', 'subType': '00'}}",
        "{'$binary': {'base64': 'AAAAAA==', 'subType': '00'}}",
        "{'$oid': '000000000000000000000000'}",
        "false",
        "true",
        "{'$date': {'$numberLong': '-1'}}",
        "{'$date': {'$numberLong': '1'}}",
        "{'$timestamp': {'t': 1, 'i': 1}}",
        "{'$regularExpression': {'pattern': 'a', 'options': ''}}",
        "{'$maxKey': 1}",
    ];

    [Fact]
    public void Values_of_all_types_have_one_order()
    {
        var values = ascending.Select(Json.Value).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = 0; j < values.Length; j++)
            {
                Assert.True(
                    Math.Sign(BsonOrder.Compare(values[i], values[j])) == i.CompareTo(j),
                    $"{ascending[i]} against {ascending[j]}"
                );
            }
        }
    }

    [Fact]
    public void Equal_numbers_of_different_types_have_one_canonical_key()
    {
        BsonValue[] ones = [1, 1L, 1.0, Decimal128.Parse("1.00"), Decimal128.Parse("0.1E1")];
        Assert.All(ones, one => Assert.Equal(CanonicalKey.Of(1), CanonicalKey.Of(one)));
        Assert.Equal(CanonicalKey.Of(0.5), CanonicalKey.Of(Decimal128.Parse("0.50")));
        Assert.NotEqual(CanonicalKey.Of(1), CanonicalKey.Of("1"));
        Assert.NotEqual(CanonicalKey.Of(1), CanonicalKey.Of(true));
        Assert.Equal(CanonicalKey.Of(-0.0), CanonicalKey.Of(0));
    }

    [Fact]
    public void Canonical_keys_agree_with_the_order()
    {
        var values = ascending.Select(Json.Value).ToArray();
        foreach (var left in values)
        {
            foreach (var right in values)
            {
                Assert.Equal(
                    BsonOrder.Same(left, right),
                    CanonicalKey.Of(left).Equals(CanonicalKey.Of(right))
                );
            }
        }
    }

    [Theory]
    [InlineData("2147483647", "1", "{'$numberLong': '2147483648'}")]
    [InlineData("{'$numberLong': '1'}", "1", "{'$numberLong': '2'}")]
    [InlineData("1", "0.5", "1.5")]
    [InlineData("1", "{'$numberDecimal': '0.10'}", "{'$numberDecimal': '1.10'}")]
    public void Sums_have_the_type_that_holds_them(string left, string right, string sum) =>
        Assert.Equal(Json.Value(sum), Numbers.Add(Json.Value(left), Json.Value(right)));

    [Theory]
    [InlineData("1", "3", "0.3333333333333333333333333333333333")]
    [InlineData("10", "4", "2.5")]
    [InlineData("100", "10", "10")]
    public void Decimals_divide_with_34_digits(string left, string right, string quotient) =>
        Assert.Equal(
            (BsonValue)Decimal128.Parse(quotient),
            Numbers.Divide(Decimal128.Parse(left), Decimal128.Parse(right))
        );
}

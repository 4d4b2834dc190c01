using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Bson;

public sealed class BsonValueTests
{
    [Fact]
    public void The_default_is_null()
    {
        Assert.Equal(BsonValue.Null, default);
        Assert.Equal(BsonType.Null, default(BsonValue).Type);
        Assert.Equal(BsonValue.Null, (string?)null);
        Assert.Equal(BsonValue.Null, (BsonDocument?)null);
    }

    [Fact]
    public void Equality_is_of_type_and_value()
    {
        Assert.NotEqual<BsonValue>(1, 1L);
        Assert.NotEqual<BsonValue>(1, 1.0);
        Assert.NotEqual<BsonValue>(true, 1);
        Assert.NotEqual(BsonValue.Symbol("a"), "a");
        Assert.NotEqual(BsonValue.Null, BsonValue.Undefined);
        Assert.Equal<BsonValue>(double.NaN, double.NaN);
        Assert.Equal<BsonValue>(new byte[] { 1 }, new byte[] { 1 });
        Assert.NotEqual<BsonValue>(new byte[] { 1 }, new BsonBinary(4, [1]));
        Assert.Equal(
            ((BsonValue)new byte[] { 1 }).GetHashCode(),
            ((BsonValue)new byte[] { 1 }).GetHashCode()
        );
    }

    [Fact]
    public void The_wrong_type_is_an_error_that_names_both()
    {
        var e = Assert.Throws<InvalidCastException>(() => ((BsonValue)1).AsString);

        Assert.Equal("The BSON value is Int32, not String.", e.Message);
        Assert.Throws<InvalidCastException>(() => ((BsonValue)"1").ToInt32());
    }

    [Fact]
    public void Any_number_converts_and_what_does_not_fit_overflows()
    {
        Assert.Equal(5, ((BsonValue)5.9).ToInt32());
        Assert.Equal(5L, ((BsonValue)5).ToInt64());
        Assert.Equal(5.0, ((BsonValue)5L).ToDouble());
        Assert.Throws<OverflowException>(() => ((BsonValue)(1L << 40)).ToInt32());
        Assert.Throws<OverflowException>(() => ((BsonValue)1e300).ToInt64());
        Assert.Throws<OverflowException>(() => ((BsonValue)double.NaN).ToInt64());
    }

    [Fact]
    public void Truth_is_as_mongodb_sees_it()
    {
        BsonValue[] no = [false, 0, 0L, 0.0, Decimal128.Parse("0.00"), BsonValue.Null, BsonValue.Undefined];
        BsonValue[] yes = [true, 2, -1L, double.NaN, Decimal128.NaN, "", new BsonDocument(), new BsonArray()];

        Assert.All(no, value => Assert.False(value.ToBoolean()));
        Assert.All(yes, value => Assert.True(value.ToBoolean()));
    }

    [Fact]
    public void Times_are_utc_to_the_millisecond()
    {
        var time = new DateTime(1969, 12, 31, 23, 59, 59, 1, DateTimeKind.Utc);

        Assert.Equal(time, ((BsonValue)time).AsDateTime);
        Assert.Equal(DateTimeKind.Utc, ((BsonValue)time).AsDateTime.Kind);
        Assert.Equal(-999, ((BsonValue)time.AddTicks(9999)).AsMillisecondsSinceEpoch);
        Assert.Equal(DateTime.MaxValue.Date, ((BsonValue)DateTime.MaxValue).AsDateTime.Date);
        Assert.Throws<OverflowException>(() =>
            BsonValue.FromMillisecondsSinceEpoch(long.MaxValue).AsDateTime
        );
    }

    [Fact]
    public void Identifiers_are_unique_and_ordered_in_time()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => ObjectId.New()).ToList();

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.True(ids[0].CreationTime <= ids[^1].CreationTime);
        Assert.Equal(ids[5], ObjectId.Parse(ids[5].ToString()));
        Assert.Equal(ids[5], new ObjectId(ids[5].ToByteArray()));
        Assert.False(ObjectId.TryParse("56e1fc72e0c917e9c471416", out _));
        Assert.False(ObjectId.TryParse("56e1fc72e0c917e9c471416g", out _));
    }

    [Fact]
    public void A_uuid_is_a_binary_of_subtype_4_in_network_order()
    {
        var uuid = Guid.Parse("73ffd264-44b3-4c69-90e8-e7d1dfc035d4");

        Assert.Equal("73FFD26444B34C6990E8E7D1DFC035D4", Convert.ToHexString(BsonBinary.FromGuid(uuid).Span));
        Assert.Equal(uuid, BsonBinary.FromGuid(uuid).ToGuid());
    }
}

using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Bson;

public sealed class BsonReaderTests
{
    private static readonly byte[] s_bytes = BsonDocumentTests.OneOfEach().ToBytes();

    [Fact]
    public void A_pass_sees_every_element_with_its_offsets()
    {
        var reader = new BsonReader(s_bytes);
        var expected = BsonDocumentTests.OneOfEach();
        var end = 4;

        foreach (var (name, value) in expected)
        {
            Assert.True(reader.Read());
            Assert.Equal(name, reader.GetName());
            Assert.Equal(value, reader.GetValue());
            Assert.Equal(end, reader.ElementOffset);
            Assert.True(reader.Value.SequenceEqual(s_bytes.AsSpan(reader.ValueOffset, reader.Value.Length)));
            end = reader.EndOffset;
        }

        Assert.False(reader.Read());
        Assert.False(reader.Read());
        Assert.Equal(BsonType.EndOfDocument, reader.Type);
        Assert.Equal(s_bytes.Length - 1, end);
    }

    [Fact]
    public void Finding_goes_forward_only()
    {
        var reader = new BsonReader(s_bytes);

        Assert.True(reader.Find("int32"u8));
        Assert.Equal(int.MinValue, reader.GetInt32());
        Assert.False(reader.Find("double"u8));
    }

    [Fact]
    public void The_wrong_getter_names_the_element_and_both_types()
    {
        var e = Assert.Throws<InvalidCastException>(() =>
        {
            var reader = new BsonReader(s_bytes);
            reader.Read();
            reader.GetInt32();
        });

        Assert.Equal("\"double\" is Double, not Int32.", e.Message);
    }

    [Theory]
    [InlineData(1.0, true, 1L)]
    [InlineData(1.5, false, 1L)]
    [InlineData(double.NaN, false, 0L)]
    [InlineData(9.3e18, false, 0L)]
    [InlineData(-9223372036854775808.0, true, long.MinValue)]
    public void An_integral_double_counts_as_an_integer(double value, bool isInteger, long expected)
    {
        var reader = new BsonReader(new BsonDocument("a", value).ToBytes());
        reader.Read();

        Assert.Equal(isInteger, reader.TryGetInteger(out var integer));
        Assert.Equal(expected, integer);
    }

    [Fact]
    public void A_pass_over_one_level_allocates_nothing()
    {
        Count(s_bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var count = Count(s_bytes);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(22, count);

        static int Count(byte[] bytes)
        {
            var count = 0;
            var reader = new BsonReader(bytes);
            while (reader.Read())
            {
                count += reader.NameEquals("nothing"u8) ? 0 : 1;
            }

            return count;
        }
    }
}

using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Bson;

public sealed class BsonDocumentTests
{
    public static BsonDocument OneOfEach() =>
        new()
        {
            ["double"] = 1.5,
            ["string"] = "grüß\0dich",
            ["document"] = new BsonDocument { ["a"] = 1, [""] = 2 },
            ["array"] = new BsonArray { 1, "two", 3L, new BsonArray() },
            ["binary"] = new byte[] { 1, 2, 3 },
            ["old"] = new BsonBinary(BsonBinary.OldBinary, [4, 5]),
            ["undefined"] = BsonValue.Undefined,
            ["id"] = ObjectId.Parse("56e1fc72e0c917e9c4714161"),
            ["true"] = true,
            ["date"] = new DateTime(2012, 12, 24, 12, 15, 30, 501, DateTimeKind.Utc),
            ["null"] = BsonValue.Null,
            ["regex"] = new BsonRegex("a.b", "xi"),
            ["pointer"] = BsonValue.DbPointer("db.c", ObjectId.Parse("56e1fc72e0c917e9c4714161")),
            ["code"] = BsonValue.JavaScript("function(){}"),
            ["symbol"] = BsonValue.Symbol("sym"),
            ["scoped"] = BsonValue.JavaScriptWithScope("x", new BsonDocument("x", 1)),
            ["int32"] = int.MinValue,
            ["timestamp"] = new BsonTimestamp(uint.MaxValue, 1),
            ["int64"] = long.MaxValue,
            ["decimal"] = Decimal128.Parse("1.20"),
            ["min"] = BsonValue.MinKey,
            ["max"] = BsonValue.MaxKey,
        };

    [Fact]
    public void A_document_with_every_type_comes_back_from_its_bytes()
    {
        var document = OneOfEach();

        var read = BsonDocument.Parse(document.ToBytes());

        Assert.Equal(document, read);
        Assert.Equal(document.GetHashCode(), read.GetHashCode());
        Assert.Equal(document, document.Clone());
        Assert.Equal(22, read.Select(element => element.Value.Type).Distinct().Count() + 1);
    }

    [Fact]
    public void The_bytes_of_a_small_document_are_those_of_the_specification() =>
        Assert.Equal(
            "160000000268656C6C6F0006000000776F726C640000",
            Convert.ToHexString(new BsonDocument { ["hello"] = "world" }.ToBytes())
        );

    [Fact]
    public void Setting_a_name_replaces_the_first_value_in_place_and_adding_makes_a_duplicate()
    {
        var document = new BsonDocument { ["a"] = 1, ["b"] = 2 };

        document["a"] = 3;
        document.Add("b", 4);

        Assert.Equal(["a", "b", "b"], document.Names);
        Assert.Equal(3, document["a"].AsInt32);
        Assert.Equal(2, document["b"].AsInt32);
        Assert.True(document.Remove("b"));
        Assert.Equal(4, document["b"].AsInt32);
    }

    [Fact]
    public void A_missing_name_is_an_error_by_index_and_null_by_default()
    {
        var document = new BsonDocument();

        Assert.Contains("\"x\"", Assert.Throws<KeyNotFoundException>(() => document["x"]).Message);
        Assert.True(document.GetValueOrDefault("x").IsNull);
        Assert.False(document.TryGetValue("x", out _));
    }

    [Fact]
    public void A_clone_shares_nothing_that_can_change()
    {
        var document = new BsonDocument { ["a"] = new BsonDocument { ["b"] = new BsonArray { 1 } } };

        document.Clone()["a"].AsDocument["b"].AsArray.Add(2);

        Assert.Single(document["a"].AsDocument["b"].AsArray);
    }

    [Fact]
    public void Nesting_is_bounded_both_ways()
    {
        Assert.Equal(Nested(BsonLimits.MaxDepth), BsonDocument.Parse(Nested(BsonLimits.MaxDepth).ToBytes()));
        Assert.Throws<InvalidOperationException>(() => Nested(BsonLimits.MaxDepth + 1).ToBytes());

        byte[] bytes = [5, 0, 0, 0, 0];
        for (var i = 0; i < BsonLimits.MaxDepth; i++)
        {
            bytes = [.. BitConverter.GetBytes(bytes.Length + 8), 3, (byte)'a', 0, .. bytes, 0];
        }

        Assert.Throws<BsonFormatException>(() => BsonDocument.Parse(bytes));
        Assert.Throws<BsonFormatException>(() => BsonValidator.Validate(bytes));
    }

    [Fact]
    public void Text_that_utf8_cannot_say_and_zeros_in_names_are_refused_when_writing()
    {
        Assert.ThrowsAny<ArgumentException>(() => new BsonDocument("a", "\ud800").ToBytes());
        Assert.ThrowsAny<ArgumentException>(() => new BsonDocument("a\0b", 1).ToBytes());
        Assert.ThrowsAny<ArgumentException>(() => new BsonDocument("a", new BsonRegex("a\0b")).ToBytes());
    }

    [Fact]
    public void Options_of_regular_expressions_are_put_in_order_and_other_text_there_is_left_whole()
    {
        Assert.Equal("imx", new BsonRegex("", "xmi").Options);
        Assert.Equal("\U0001F600\uFEFF", new BsonRegex("", "\U0001F600\uFEFF").Options);
    }

    private static BsonDocument Nested(int depth)
    {
        var document = new BsonDocument();
        for (var i = 1; i < depth; i++)
        {
            document = new BsonDocument("a", document);
        }

        return document;
    }
}

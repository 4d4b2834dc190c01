using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Weir.Protocol.Tests.Bson;

namespace Weir.Protocol.Tests.Json;

public sealed class ExtendedJsonTests
{
    [Fact]
    public void Every_type_comes_back_from_canonical_form()
    {
        var document = BsonDocumentTests.OneOfEach();

        Assert.Equal(document, ExtendedJson.Parse(ExtendedJson.Write(document, ExtendedJsonMode.Canonical)));
    }

    [Fact]
    public void Relaxed_form_is_what_people_write() =>
        Assert.Equal(
            """{"a": 1, "b": 2.0, "c": [true, null, "\u0001\"\n"], "d": {"$date": "1970-01-01T00:00:00.010Z"}}""",
            new BsonDocument
            {
                ["a"] = 1L,
                ["b"] = 2.0,
                ["c"] = new BsonArray { true, BsonValue.Null, "\u0001\"\n" },
                ["d"] = BsonValue.FromMillisecondsSinceEpoch(10),
            }.ToString()
        );

    [Theory]
    [InlineData("1", BsonType.Int32)]
    [InlineData("-2147483649", BsonType.Int64)]
    [InlineData("9223372036854775808", BsonType.Double)]
    [InlineData("1.0", BsonType.Double)]
    [InlineData("1e2", BsonType.Double)]
    [InlineData("""{"$uuid": "73ffd264-44b3-4c69-90e8-e7d1dfc035d4"}""", BsonType.Binary)]
    [InlineData("""{"$scope": {}, "$code": ""}""", BsonType.JavaScriptWithScope)]
    [InlineData("""{"$date": "2012-12-24T12:15:30+02:00"}""", BsonType.DateTime)]
    [InlineData("""{"$ref": "a"}""", BsonType.Document)]
    [InlineData("""{"$regex": "a", "$options": ""}""", BsonType.Document)]
    [InlineData("""{"$type": "string"}""", BsonType.Document)]
    public void A_value_has_the_type_that_the_specification_gives_it(string json, BsonType type) =>
        Assert.Equal(type, ExtendedJson.ParseValue(json).Type);

    [Fact]
    public void The_outermost_object_is_a_document_whatever_its_keys() =>
        Assert.Equal(new BsonDocument("$oid", 1), ExtendedJson.Parse("""{"$oid": 1}"""));

    [Theory]
    [InlineData("""{"a": 1""", 7)]
    [InlineData("", 0)]
    [InlineData("[]", 0)]
    [InlineData("{} {}", 3)]
    [InlineData("""{"a": {"$oid": 1}}""", 15)]
    [InlineData("{\"ü\":\n {\"$oid\": 1}}", 17)]
    [InlineData("{\"ü\":\n nul}", 11)]
    [InlineData("""{"a": "\ud800"}""", 6)]
    [InlineData("""{"a": 1e400}""", 6)]
    public void A_fault_is_reported_with_its_place(string json, long position) =>
        Assert.Equal(position, Assert.Throws<ExtendedJsonException>(() => ExtendedJson.Parse(json)).Position);

    [Fact]
    public void Half_a_surrogate_pair_is_reported_with_its_place() =>
        A_fault_is_reported_with_its_place("{\"ü\": \"\ud800\"}", 8);

    [Theory]
    [InlineData("""{"$oid": "56e1fc72e0c917e9c4714161", "$oid": "56e1fc72e0c917e9c4714161"}""")]
    [InlineData("""{"$numberInt": "2147483648"}""")]
    [InlineData("""{"$numberInt": " 1"}""")]
    [InlineData("""{"$numberLong": "1.0"}""")]
    [InlineData("""{"$numberDouble": "1e400"}""")]
    [InlineData("""{"$numberDouble": "infinity"}""")]
    [InlineData("""{"$binary": {"base64": "AQ", "subType": "00"}}""")]
    [InlineData("""{"$binary": {"base64": "A Q==", "subType": "00"}}""")]
    [InlineData("""{"$binary": {"base64": "AQ==", "subType": "100"}}""")]
    [InlineData("""{"$binary": "AQ==", "$type": "00"}""")]
    [InlineData("""{"$uuid": "+3ffd264-44b3-4c69-90e8-e7d1dfc035d4"}""")]
    [InlineData("""{"$timestamp": {"t": 4294967296, "i": 1}}""")]
    [InlineData("""{"$timestamp": {"t": {"$numberInt": "1"}, "i": 1}}""")]
    [InlineData("""{"$date": 1356351330501}""")]
    [InlineData("""{"$date": "2012-12-24"}""")]
    [InlineData("""{"$date": "2012-12-24T12:15:30"}""")]
    [InlineData("""{"$undefined": false}""")]
    [InlineData("""{"$scope": {}}""")]
    [InlineData("""{"$minKey": {"$numberInt": "1"}}""")]
    [InlineData("""{"$dbPointer": {"$ref": "a", "$id": "56e1fc72e0c917e9c4714161"}}""")]
    public void A_wrapper_that_is_not_exact_is_refused(string json) =>
        Assert.Throws<ExtendedJsonException>(() => ExtendedJson.ParseValue(json));

    [Fact]
    public void Nesting_is_bounded_at_what_bson_allows()
    {
        var deepest = Nested(
            BsonLimits.MaxDepth,
            """{"$regularExpression": {"pattern": "", "options": ""}}"""
        );
        var document = ExtendedJson.Parse(deepest);

        Assert.Equal(document, BsonDocument.Parse(document.ToBytes()));
        Assert.Throws<ExtendedJsonException>(() => ExtendedJson.Parse(Nested(BsonLimits.MaxDepth + 1, "1")));
        Assert.Throws<ExtendedJsonException>(() => ExtendedJson.Parse(Nested(100_000, "1")));
    }

    private static string Nested(int depth, string value) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + value + new string('}', depth);
}

using Weir.Protocol.Bson;
using Weir.Proxy.Administration;

namespace Weir.Proxy.Tests.Administration;

public sealed class RowSelectionTests
{
    private static readonly BsonDocument[] Rows =
    [
        new()
        {
            ["id"] = 1,
            ["name"] = "b",
            ["size"] = 10L,
        },
        new()
        {
            ["id"] = 2,
            ["name"] = "a",
            ["size"] = BsonValue.Null,
        },
        new()
        {
            ["id"] = 3,
            ["name"] = "c",
            ["size"] = 7.5,
        },
        new()
        {
            ["id"] = 9007199254740993L,
            ["name"] = "d",
            ["size"] = 0,
        },
    ];

    [Theory]
    [InlineData("{}", "1 2 3 9007199254740993")]
    [InlineData("""{ "id": 2 }""", "2")]
    [InlineData("""{ "id": { "$numberDouble": "2.0" } }""", "2")]
    [InlineData("""{ "id": { "$numberLong": "9007199254740993" } }""", "9007199254740993")]
    [InlineData("""{ "id": { "$numberLong": "9007199254740992" } }""", "")]
    [InlineData("""{ "name": { "$in": ["a", "d", 4] } }""", "2 9007199254740993")]
    [InlineData("""{ "size": null }""", "2")]
    [InlineData("""{ "size": { "$exists": false } }""", "2")]
    [InlineData("""{ "size": { "$lt": 8 } }""", "3 9007199254740993")]
    [InlineData("""{ "size": { "$gte": 7.5, "$ne": 10 } }""", "3")]
    [InlineData("""{ "name": { "$gt": "b" }, "size": { "$lte": 0 } }""", "9007199254740993")]
    [InlineData("""{ "nothing": 1 }""", "")]
    public void A_filter_keeps_the_rows_that_MongoDB_would(string filter, string ids)
    {
        var selection = RowSelection.Parse(BsonDocument.Parse(Bytes(filter)), []);

        Assert.Equal(ids, string.Join(' ', selection.Run(Rows).Select(r => r["id"].ToInt64())));
    }

    [Theory]
    [InlineData("""{ "name": 1 }""", "2 1 3 9007199254740993")]
    [InlineData("""{ "size": 1 }""", "2 9007199254740993 3 1")]
    [InlineData("""{ "size": -1, "name": 1 }""", "1 3 9007199254740993 2")]
    public void A_sort_puts_them_in_order(string sort, string ids)
    {
        var selection = RowSelection.Parse([], BsonDocument.Parse(Bytes(sort)));

        Assert.Equal(ids, string.Join(' ', selection.Run(Rows).Select(r => r["id"].ToInt64())));
    }

    [Theory]
    [InlineData("""{ "$where": "1" }""", "{}", "$where is not understood")]
    [InlineData("""{ "id": { "$regex": "1" } }""", "{}", "$regex is not understood")]
    [InlineData("{}", """{ "id": "up" }""", "must be 1 or -1")]
    public void What_is_not_understood_is_said(string filter, string sort, string message)
    {
        var error = Assert.Throws<FormatException>(() =>
            RowSelection.Parse(BsonDocument.Parse(Bytes(filter)), BsonDocument.Parse(Bytes(sort)))
        );

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string json) => Weir.Protocol.Json.ExtendedJson.Parse(json).ToBytes();
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;
using Weir.Sandbox.Tests.Store;

namespace Weir.Sandbox.Tests.Query;

public sealed class FilterTests
{
    [Theory]
    [InlineData("{'a': 1}", "{'a': 1}")]
    [InlineData("{'a': 1}", "{'a': 1.0}")]
    [InlineData("{'a': 1}", "{'a': {'$numberDecimal': '1.00'}}")]
    [InlineData("{'a': 1}", "{'a': [5, 1]}")]
    [InlineData("{'a': [1, 2]}", "{'a': [1, 2]}")]
    [InlineData("{'a': [1, 2]}", "{'a': [[1, 2], 3]}")]
    [InlineData("{'a': {'b': 1}}", "{'a': {'b': 1}}")]
    [InlineData("{'a.b': 1}", "{'a': [{'b': 2}, {'b': 1}]}")]
    [InlineData("{'a.0': 1}", "{'a': [1, 2]}")]
    [InlineData("{'a.1.b': 1}", "{'a': [3, {'b': 1}]}")]
    [InlineData("{'a.b': 1}", "{'a': {'b': [1]}}")]
    [InlineData("{'a': null}", "{}")]
    [InlineData("{'a': null}", "{'a': null}")]
    [InlineData("{'a.b': null}", "{'a': [{'b': 1}, {'c': 1}]}")]
    [InlineData("{'a.b': null}", "{'a': 5}")]
    [InlineData("{'a': {'$ne': 1}}", "{}")]
    [InlineData("{'a': {'$gt': 1}}", "{'a': 1.5}")]
    [InlineData("{'a': {'$gt': 1, '$lt': 3}}", "{'a': [0, 5]}")]
    [InlineData("{'a': {'$gte': null}}", "{}")]
    [InlineData("{'a': {'$lt': 'b'}}", "{'a': 'a'}")]
    [InlineData("{'a': {'$in': [1, null]}}", "{}")]
    [InlineData("{'a': {'$in': [{'$regularExpression': {'pattern': '^x', 'options': ''}}]}}", "{'a': 'xy'}")]
    [InlineData("{'a': {'$nin': [1, 2]}}", "{'a': 3}")]
    [InlineData("{'$and': [{'a': 1}, {'b': 2}]}", "{'a': 1, 'b': 2}")]
    [InlineData("{'$or': [{'a': 1}, {'b': 2}]}", "{'b': 2}")]
    [InlineData("{'$nor': [{'a': 1}, {'b': 2}]}", "{'b': 3}")]
    [InlineData("{'a': {'$not': {'$gt': 1}}}", "{'a': 'text'}")]
    [InlineData("{'a': {'$exists': true}}", "{'a': null}")]
    [InlineData("{'a.b': {'$exists': false}}", "{'a': []}")]
    [InlineData("{'a': {'$type': 'number'}}", "{'a': {'$numberLong': '1'}}")]
    [InlineData("{'a': {'$type': [2, 'int']}}", "{'a': ['x']}")]
    [InlineData("{'a': {'$type': 'array'}}", "{'a': []}")]
    [InlineData("{'a': {'$regex': '^AB', '$options': 'i'}}", "{'a': 'abc'}")]
    [InlineData("{'a': {'$regularExpression': {'pattern': 'b.d', 'options': 's'}}}", "{'a': 'b\\nd'}")]
    [InlineData("{'a': {'$mod': [4, 1]}}", "{'a': 5}")]
    [InlineData("{'a': {'$all': [1, 2]}}", "{'a': [2, 1, 3]}")]
    [InlineData("{'a': {'$all': [{'$elemMatch': {'x': 1}}]}}", "{'a': [{'x': 1}]}")]
    [InlineData("{'a': {'$elemMatch': {'x': 1, 'y': 2}}}", "{'a': [{'x': 1}, {'x': 1, 'y': 2}]}")]
    [InlineData("{'a': {'$elemMatch': {'$gt': 1, '$lt': 3}}}", "{'a': [0, 2]}")]
    [InlineData("{'a': {'$size': 2}}", "{'a': [1, 2]}")]
    [InlineData("{'a': {'$bitsAllSet': 5}}", "{'a': 7}")]
    [InlineData("{'a': {'$bitsAnyClear': [0, 1]}}", "{'a': 2}")]
    [InlineData("{'$expr': {'$gt': ['$a', '$b']}}", "{'a': 2, 'b': 1}")]
    [InlineData("{'$comment': 'why', 'a': {'$eq': 1, '$comment': 'so'}}", "{'a': 1}")]
    [InlineData("{'a': {'$gt': {'$minKey': 1}}}", "{'a': 'anything'}")]
    [InlineData("{'a': {'$ref': 'x', '$id': 1}}", "{'a': {'$ref': 'x', '$id': 1}}")]
    public void A_filter_matches(string filter, string document) => Assert.True(Matches(filter, document));

    [Theory]
    [InlineData("{'a': 1}", "{'a': '1'}")]
    [InlineData("{'a': {'b': 1, 'c': 2}}", "{'a': {'c': 2, 'b': 1}}")]
    [InlineData("{'a.b': null}", "{'a': [1, 2]}")]
    [InlineData("{'a.b': null}", "{'a': []}")]
    [InlineData("{'a': {'$ne': 1}}", "{'a': [1, 2]}")]
    [InlineData("{'a': {'$lt': 5}}", "{'a': null}")]
    [InlineData("{'a': {'$lt': 5}}", "{'a': 'x'}")]
    [InlineData("{'a': {'$gt': 1}}", "{'a': {'$numberDouble': 'NaN'}}")]
    [InlineData("{'a': {'$nin': [1, null]}}", "{}")]
    [InlineData("{'a': {'$elemMatch': {'x': 1, 'y': 2}}}", "{'a': [{'x': 1}, {'y': 2}]}")]
    [InlineData("{'a': {'$elemMatch': {'$gt': 1, '$lt': 3}}}", "{'a': [0, 5]}")]
    [InlineData("{'a': {'$size': 2}}", "{'a': [[1, 2]]}")]
    [InlineData("{'a': {'$all': []}}", "{'a': []}")]
    [InlineData("{'a': {'$type': 'string'}}", "{}")]
    [InlineData("{'a': {'$exists': true}}", "{}")]
    [InlineData("{'a': {'$regex': 'x'}}", "{'a': 5}")]
    public void A_filter_does_not_match(string filter, string document) =>
        Assert.False(Matches(filter, document));

    [Theory]
    [InlineData("{'a': {'$foo': 1}}", 2, "unknown operator: $foo")]
    [InlineData("{'a': {'$gt': 1, 'b': 1}}", 2, "unknown operator: b")]
    [InlineData(
        "{'$foo': 1}",
        2,
        "unknown top level operator: $foo. If you have a field name that starts with a '$' symbol, consider using $getField or $setField."
    )]
    [InlineData("{'a': {'$in': 1}}", 2, "$in needs an array")]
    [InlineData("{'$or': []}", 2, "$or argument must be a non-empty array")]
    [InlineData("{'a': {'$mod': [0, 1]}}", 2, "divisor cannot be 0")]
    [InlineData("{'a': {'$not': {}}}", 2, "$not cannot be empty")]
    [InlineData("{'a': {'$regex': '('}}", 51091, null)]
    [InlineData("{'a': {'$type': 'thing'}}", 2, "Unknown type name alias: thing")]
    [InlineData(
        "{'$where': 'true'}",
        115,
        "The sandbox does not support scripts in $where other than 'sleep(milliseconds) || true'"
    )]
    public void A_filter_it_does_not_understand_is_an_error(string filter, int code, string? message)
    {
        var error = Assert.Throws<CommandError>(() =>
            FilterParser.Parse(Json.Doc(filter), QueryContext.Plain)
        );
        Assert.Equal(code, error.Code);
        if (message is not null)
        {
            Assert.Equal(message, error.Message);
        }
    }

    [Fact]
    public void A_filter_reads_no_more_fields_than_it_names()
    {
        var roots = new HashSet<string>();
        var filter = FilterParser.Parse(
            Json.Doc("{'a.b': 1, '$or': [{'c': 1}, {'d.e': 2}]}"),
            QueryContext.Plain
        );
        Assert.True(filter.CollectRoots(roots));
        Assert.Equal(["a", "c", "d"], roots.Order());
    }

    private static bool Matches(string filter, string document) =>
        FilterParser.Parse(Json.Doc(filter), QueryContext.Plain).Matches(Json.Doc(document));
}

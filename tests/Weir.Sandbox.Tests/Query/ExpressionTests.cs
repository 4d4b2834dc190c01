using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Store;
using Weir.Sandbox.Tests.Store;

namespace Weir.Sandbox.Tests.Query;

public sealed class ExpressionTests
{
    private const string Document =
        "{'n': 7, 'd': 2.5, 's': 'Grüße', 'l': [3, 1, 2], 'g': [{'x': 1}, {'x': 2}, {}], 't': {'$date': '2024-02-29T13:04:05.678Z'}, 'o': {'k': 'v'}, 'z': null}";

    [Theory]
    [InlineData("'$n'", "7")]
    [InlineData("'$g.x'", "[1, 2]")]
    [InlineData("'$$ROOT.o.k'", "'v'")]
    [InlineData("'plain'", "'plain'")]
    [InlineData("{'$literal': '$n'}", "'$n'")]
    [InlineData("{'a': '$n', 'b': '$missing'}", "{'a': 7}")]
    [InlineData("['$n', '$missing']", "[7, null]")]
    [InlineData("{'$add': ['$n', 1, '$d']}", "10.5")]
    [InlineData("{'$add': ['$n', '$missing']}", "null")]
    [InlineData("{'$add': ['$t', 1000]}", "{'$date': '2024-02-29T13:04:06.678Z'}")]
    [InlineData("{'$subtract': ['$t', '$t']}", "{'$numberLong': '0'}")]
    [InlineData("{'$multiply': ['$n', 3]}", "21")]
    [InlineData("{'$divide': ['$n', 2]}", "3.5")]
    [InlineData("{'$mod': [-7, 3]}", "-1")]
    [InlineData("{'$abs': -5}", "5")]
    [InlineData("{'$floor': -2.5}", "-3.0")]
    [InlineData("{'$ceil': 2.1}", "3.0")]
    [InlineData("{'$round': 2.5}", "2.0")]
    [InlineData("{'$round': [2.345, 1]}", "2.3")]
    [InlineData("{'$trunc': -2.7}", "-2.0")]
    [InlineData("{'$pow': [2, 10]}", "1024")]
    [InlineData("{'$sqrt': 9}", "3.0")]
    [InlineData("{'$gt': ['$n', 5]}", "true")]
    [InlineData("{'$eq': ['$missing', null]}", "false")]
    [InlineData("{'$cmp': ['a', 'b']}", "-1")]
    [InlineData("{'$and': [true, '$n', {'$gt': ['$n', 1]}]}", "true")]
    [InlineData("{'$or': [false, 0, null]}", "false")]
    [InlineData("{'$not': [false]}", "true")]
    [InlineData("{'$cond': [{'$gt': ['$n', 5]}, 'big', 'small']}", "'big'")]
    [InlineData("{'$cond': {'if': false, 'then': 1, 'else': 2}}", "2")]
    [InlineData("{'$ifNull': ['$z', '$missing', 'x']}", "'x'")]
    [InlineData(
        "{'$switch': {'branches': [{'case': {'$eq': ['$n', 7]}, 'then': 'seven'}], 'default': 'no'}}",
        "'seven'"
    )]
    [InlineData("{'$concat': ['$s', '!']}", "'Grüße!'")]
    [InlineData("{'$toUpper': 'abc'}", "'ABC'")]
    [InlineData("{'$toLower': null}", "''")]
    [InlineData("{'$substrCP': ['$s', 2, 2]}", "'üß'")]
    [InlineData("{'$strLenCP': '$s'}", "5")]
    [InlineData("{'$strLenBytes': '$s'}", "7")]
    [InlineData("{'$split': ['a,b,', ',']}", "['a', 'b', '']")]
    [InlineData("{'$trim': {'input': '  x '}}", "'x'")]
    [InlineData("{'$replaceAll': {'input': 'aXbX', 'find': 'X', 'replacement': '-'}}", "'a-b-'")]
    [InlineData("{'$regexMatch': {'input': 'Hello', 'regex': '^h', 'options': 'i'}}", "true")]
    [InlineData("{'$indexOfCP': ['$s', 'ß']}", "3")]
    [InlineData("{'$size': '$l'}", "3")]
    [InlineData("{'$arrayElemAt': ['$l', -1]}", "2")]
    [InlineData("{'$first': '$l'}", "3")]
    [InlineData("{'$in': [2, '$l']}", "true")]
    [InlineData("{'$concatArrays': ['$l', [9]]}", "[3, 1, 2, 9]")]
    [InlineData("{'$slice': ['$l', 1, 1]}", "[1]")]
    [InlineData("{'$reverseArray': '$l'}", "[2, 1, 3]")]
    [InlineData("{'$range': [0, 6, 2]}", "[0, 2, 4]")]
    [InlineData("{'$indexOfArray': ['$l', 2]}", "2")]
    [InlineData("{'$sortArray': {'input': '$l', 'sortBy': -1}}", "[3, 2, 1]")]
    [InlineData("{'$map': {'input': '$l', 'as': 'e', 'in': {'$multiply': ['$$e', '$n']}}}", "[21, 7, 14]")]
    [InlineData("{'$filter': {'input': '$l', 'cond': {'$gt': ['$$this', 1]}, 'limit': 1}}", "[3]")]
    [InlineData(
        "{'$reduce': {'input': '$l', 'initialValue': 0, 'in': {'$add': ['$$value', '$$this']}}}",
        "6"
    )]
    [InlineData("{'$let': {'vars': {'a': 2, 'b': '$n'}, 'in': {'$add': ['$$a', '$$b']}}}", "9")]
    [InlineData("{'$sum': '$l'}", "6")]
    [InlineData("{'$avg': ['$n', 1]}", "4.0")]
    [InlineData("{'$max': '$l'}", "3")]
    [InlineData("{'$setUnion': ['$l', [2, 5]]}", "[1, 2, 3, 5]")]
    [InlineData("{'$type': '$missing'}", "'missing'")]
    [InlineData("{'$type': '$d'}", "'double'")]
    [InlineData("{'$toInt': '42'}", "42")]
    [InlineData("{'$toLong': 3.9}", "{'$numberLong': '3'}")]
    [InlineData("{'$toDouble': true}", "1.0")]
    [InlineData("{'$toString': '$t'}", "'2024-02-29T13:04:05.678Z'")]
    [InlineData("{'$toDate': '2024-02-29T13:04:05.678Z'}", "{'$date': '2024-02-29T13:04:05.678Z'}")]
    [InlineData("{'$convert': {'input': 'x', 'to': 'int', 'onError': -1}}", "-1")]
    [InlineData(
        "{'$dateToString': {'date': '$t', 'format': '%Y-%m-%d %H:%M:%S.%L'}}",
        "'2024-02-29 13:04:05.678'"
    )]
    [InlineData("{'$year': '$t'}", "2024")]
    [InlineData("{'$dayOfYear': '$t'}", "60")]
    [InlineData("{'$mergeObjects': ['$o', {'k': 'w', 'm': 1}]}", "{'k': 'w', 'm': 1}")]
    [InlineData("{'$objectToArray': '$o'}", "[{'k': 'k', 'v': 'v'}]")]
    [InlineData("{'$arrayToObject': [[['a', 1]]]}", "{'a': 1}")]
    [InlineData("{'$getField': {'field': 'k', 'input': '$o'}}", "'v'")]
    public void An_expression_has_a_value(string expression, string expected) =>
        Assert.Equal(Json.Value(expected), Evaluate(expression));

    [Theory]
    [InlineData("'$missing'")]
    [InlineData("'$n.x'")]
    [InlineData("'$$REMOVE'")]
    [InlineData("{'$arrayElemAt': ['$l', 9]}")]
    public void An_expression_can_be_missing(string expression) => Assert.Null(Evaluate(expression));

    [Theory]
    [InlineData("{'$nope': 1}", 168, "Unrecognized expression '$nope'")]
    [InlineData("{'$add': 1, '$subtract': 2}", 15983, null)]
    [InlineData("'$$nobody'", 17276, "Use of undefined variable: nobody")]
    [InlineData("{'$divide': [1, 0]}", 2, "can't $divide by zero")]
    [InlineData("{'$add': ['$s', 1]}", 14, "$add only supports numeric or date types, not string")]
    [InlineData(
        "{'$size': '$missing'}",
        17124,
        "The argument to $size must be an array, but was of type: missing"
    )]
    [InlineData("{'$abs': [1, 2]}", 16020, "Expression $abs takes exactly 1 arguments. 2 were passed in.")]
    [InlineData("{'$toInt': 'x'}", 241, null)]
    [InlineData("{'$switch': {'branches': [{'case': false, 'then': 1}]}}", 40066, null)]
    public void An_expression_that_can_not_be_computed_is_an_error(
        string expression,
        int code,
        string? message
    )
    {
        var error = Assert.Throws<CommandError>(() => Evaluate(expression));
        Assert.Equal(code, error.Code);
        if (message is not null)
        {
            Assert.Equal(message, error.Message);
        }
    }

    private static BsonValue? Evaluate(string expression) =>
        ExpressionParser
            .Parse(Json.Value(expression), QueryContext.Plain)
            .Evaluate(new Scope(Json.Doc(Document), QueryContext.Plain));
}

using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Weir.Sync.Transforms;

namespace Weir.Sync.Tests.Transforms;

/// <summary>What the transforms make of a record.</summary>
public class TransformTests
{
    [Theory]
    [InlineData("{a: 1, b: 2}", "a", "c", "{c: 1, b: 2}")]
    [InlineData("{a: 1, c: 2}", "a", "c", "{c: 1}")]
    [InlineData("{b: 2}", "a", "c", "{b: 2}")]
    [InlineData("{a: {x: 1}}", "a.x", "y", "{a: {}, y: 1}")]
    [InlineData("{a: 1}", "a", "b.c", "{b: {c: 1}}")]
    public void Rename_moves_a_field(string record, string from, string to, string expected) =>
        Assert.Equal(Doc(expected), Applied(new RenameTransform(from, to), record));

    [Theory]
    [InlineData("{a: 1, b: 2}", "a", "{b: 2}")]
    [InlineData("{a: {x: 1, y: 2}}", "a.x", "{a: {y: 2}}")]
    [InlineData("{a: 1}", "b.c", "{a: 1}")]
    public void Drop_removes_a_field(string record, string path, string expected) =>
        Assert.Equal(Doc(expected), Applied(new DropTransform(path), record));

    [Fact]
    public void Constant_sets_a_field() =>
        Assert.Equal(Doc("{a: 5, t: {n: 1}}"), Applied(new ConstantTransform("t.n", 1), "{a: 5}"));

    [Theory]
    [InlineData("'12'", CastType.Int, "12")]
    [InlineData("' 12 '", CastType.Long, "{$numberLong: '12'}")]
    [InlineData("'1.5'", CastType.Double, "1.5")]
    [InlineData("'1.50'", CastType.Decimal, "{$numberDecimal: '1.50'}")]
    [InlineData("'yes'", CastType.Bool, "true")]
    [InlineData("'2026-01-02T03:04:05Z'", CastType.Date, "{$date: '2026-01-02T03:04:05Z'}")]
    [InlineData("'2026-01-02'", CastType.Date, "{$date: '2026-01-02T00:00:00Z'}")]
    [InlineData("'65f000000000000000000001'", CastType.ObjectId, "{$oid: '65f000000000000000000001'}")]
    [InlineData("12", CastType.String, "'12'")]
    [InlineData("{$date: '2026-01-02T03:04:05Z'}", CastType.String, "'2026-01-02T03:04:05.000Z'")]
    [InlineData("2.0", CastType.Int, "2")]
    [InlineData("true", CastType.Int, "1")]
    [InlineData("''", CastType.Int, "null")]
    [InlineData("null", CastType.Date, "null")]
    public void Cast_turns_a_value_into_another_type(string value, CastType type, string expected) =>
        Assert.Equal(Doc($"{{a: {expected}}}"), Applied(new CastTransform("a", type), $"{{a: {value}}}"));

    [Theory]
    [InlineData("'twelve'", CastType.Int)]
    [InlineData("2.5", CastType.Long)]
    [InlineData("3000000000", CastType.Int)]
    [InlineData("{x: 1}", CastType.String)]
    [InlineData("'maybe'", CastType.Bool)]
    public void What_cannot_be_cast_is_refused_with_the_reason(string value, CastType type)
    {
        var outcome = new CastTransform("a", type).Apply(Doc($"{{a: {value}}}"));

        Assert.False(outcome.IsKept);
        Assert.Contains("'a'", outcome.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{s: 'x'}", ConditionOperator.Eq, "'x'", true)]
    [InlineData("{s: 1.0}", ConditionOperator.Eq, "1", true)]
    [InlineData("{}", ConditionOperator.Eq, "null", true)]
    [InlineData("{s: 'x'}", ConditionOperator.Ne, "'x'", false)]
    [InlineData("{s: 2}", ConditionOperator.In, "[1, 2]", true)]
    [InlineData("{s: 3}", ConditionOperator.Nin, "[1, 2]", true)]
    [InlineData("{s: null}", ConditionOperator.Exists, "true", true)]
    [InlineData("{}", ConditionOperator.Exists, "false", true)]
    [InlineData("{s: 3}", ConditionOperator.Gt, "2", true)]
    [InlineData("{s: '3'}", ConditionOperator.Gt, "2", false)]
    [InlineData("{s: 'b'}", ConditionOperator.Lte, "'b'", true)]
    [InlineData(
        "{s: {$date: '2026-01-02T00:00:00Z'}}",
        ConditionOperator.Lt,
        "{$date: '2026-01-03T00:00:00Z'}",
        true
    )]
    public void Filter_keeps_what_its_condition_holds_for(
        string record,
        ConditionOperator condition,
        string operand,
        bool isKept
    )
    {
        var filter = new FilterTransform("s", condition, Doc($"{{o: {operand}}}")["o"]);

        Assert.Equal(isKept, filter.Apply(Doc(record)).IsKept);
    }

    private static BsonDocument Applied(Transform transform, string record)
    {
        var document = Doc(record);
        Assert.Equal(TransformOutcome.Kept, transform.Apply(document));
        return document;
    }

    // As people write it: names without quotes, texts in single ones.
    private static BsonDocument Doc(string text) =>
        ExtendedJson.Parse(
            System.Text.RegularExpressions.Regex.Replace(
                text.Replace('\'', '"'),
                @"([{,]\s*)([$\w]+):(?= |\{|\[)",
                "$1\"$2\":"
            )
        );
}

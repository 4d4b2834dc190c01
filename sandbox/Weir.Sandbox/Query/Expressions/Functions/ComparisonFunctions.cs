using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Comparison over all types; what is missing is less than null.</summary>
internal static class ComparisonFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$eq"] = new(2, 2, static a => Compare(a) == 0);
        table["$ne"] = new(2, 2, static a => Compare(a) != 0);
        table["$gt"] = new(2, 2, static a => Compare(a) > 0);
        table["$gte"] = new(2, 2, static a => Compare(a) >= 0);
        table["$lt"] = new(2, 2, static a => Compare(a) < 0);
        table["$lte"] = new(2, 2, static a => Compare(a) <= 0);
        table["$cmp"] = new(2, 2, static a => Math.Sign(Compare(a)));
        table["$not"] = new(1, 1, static a => !Truth.Of(a[0]));
    }

    private static int Compare(BsonValue?[] values) =>
        BsonOrder.Compare(values[0] ?? BsonValue.Undefined, values[1] ?? BsonValue.Undefined);
}

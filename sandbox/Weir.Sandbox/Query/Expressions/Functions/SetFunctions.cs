using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Arrays as sets.</summary>
internal static class SetFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$setUnion"] = new(0, int.MaxValue, Union);
        table["$setIntersection"] = new(0, int.MaxValue, Intersection);
        table["$setDifference"] = new(2, 2, Difference);
        table["$setEquals"] = new(
            2,
            int.MaxValue,
            static a => a.Skip(1).All(other => Set("$setEquals", other).SetEquals(Set("$setEquals", a[0])))
        );
        table["$setIsSubset"] = new(
            2,
            2,
            static a => Set("$setIsSubset", a[0]).IsSubsetOf(Set("$setIsSubset", a[1]))
        );
        table["$allElementsTrue"] = new(
            1,
            1,
            static a => Set("$allElementsTrue", a[0]).All(static v => Truth.Of(v))
        );
        table["$anyElementTrue"] = new(
            1,
            1,
            static a => Set("$anyElementTrue", a[0]).Any(static v => Truth.Of(v))
        );
    }

    private static HashSet<BsonValue> Set(string name, BsonValue? value) =>
        value is { IsArray: true } array
            ? new HashSet<BsonValue>(array.AsArray, BsonOrder.Instance)
            : throw new CommandError(
                17044,
                $"All operands of {name} must be arrays. One argument is of type: {value.TypeOf()}"
            );

    private static BsonArray Sorted(HashSet<BsonValue> set) =>
        new(set.OrderBy(static v => v, BsonOrder.Instance));

    private static BsonValue? Union(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var union = new HashSet<BsonValue>(BsonOrder.Instance);
        foreach (var value in values)
        {
            union.UnionWith(Set("$setUnion", value));
        }

        return Sorted(union);
    }

    private static BsonValue? Intersection(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var common = values.Length == 0 ? [] : Set("$setIntersection", values[0]);
        foreach (var value in values.Skip(1))
        {
            common.IntersectWith(Set("$setIntersection", value));
        }

        return Sorted(common);
    }

    private static BsonValue? Difference(BsonValue?[] values)
    {
        if (values.AnyNullish())
        {
            return BsonValue.Null;
        }

        var rest = Set("$setDifference", values[0]);
        rest.ExceptWith(Set("$setDifference", values[1]));
        return Sorted(rest);
    }
}

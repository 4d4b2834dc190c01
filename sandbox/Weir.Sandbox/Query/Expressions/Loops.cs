using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>$map, $filter and $reduce.</summary>
internal static class Loops
{
    public static Expression Map(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$map", operand, "input", "as", "in");
        var input = parser.Parse(Structures.Required("$map", named, "input"));
        var variable = Variable(named);
        var body = parser.With(variable).Parse(Structures.Required("$map", named, "in"));
        return new ScopedExpression(scope =>
        {
            if (Array("$map", input.Evaluate(scope), 16883) is not { } array)
            {
                return BsonValue.Null;
            }

            var mapped = new BsonArray(array.Count);
            foreach (var element in array)
            {
                mapped.Add(body.ValueOrNull(scope.With(variable, element)));
            }

            return mapped;
        });
    }

    public static Expression Filter(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$filter", operand, "input", "as", "cond", "limit");
        var input = parser.Parse(Structures.Required("$filter", named, "input"));
        var variable = Variable(named);
        var condition = parser.With(variable).Parse(Structures.Required("$filter", named, "cond"));
        var limit = named.TryGetValue("limit", out var given) ? parser.Parse(given) : null;
        return new ScopedExpression(scope =>
        {
            if (Array("$filter", input.Evaluate(scope), 28651) is not { } array)
            {
                return BsonValue.Null;
            }

            var most = limit is null ? long.MaxValue : Limit(limit.ValueOrNull(scope));
            var kept = new BsonArray();
            foreach (var element in array)
            {
                if (kept.Count < most && Truth.Of(condition.Evaluate(scope.With(variable, element))))
                {
                    kept.Add(element);
                }
            }

            return kept;
        });
    }

    public static Expression Reduce(BsonValue operand, ExpressionParser parser)
    {
        var named = Structures.Named("$reduce", operand, "input", "initialValue", "in");
        var input = parser.Parse(Structures.Required("$reduce", named, "input"));
        var initial = parser.Parse(Structures.Required("$reduce", named, "initialValue"));
        var body = parser.With("value", "this").Parse(Structures.Required("$reduce", named, "in"));
        return new ScopedExpression(scope =>
        {
            if (Array("$reduce", input.Evaluate(scope), 40080) is not { } array)
            {
                return BsonValue.Null;
            }

            var value = initial.Evaluate(scope);
            foreach (var element in array)
            {
                value = body.Evaluate(scope.With("value", value).With("this", element));
            }

            return value;
        });
    }

    private static string Variable(BsonDocument named)
    {
        if (!named.TryGetValue("as", out var name))
        {
            return "this";
        }

        LetVariables.RequireName(name.IsString ? name.AsString : "");
        return name.AsString;
    }

    private static long Limit(BsonValue limit) =>
        limit.IsNull ? long.MaxValue
        : Numbers.TryWhole(limit, out var most) && most > 0 ? most
        : throw new CommandError(327391, "$filter: limit must be a positive integer");

    private static BsonArray? Array(string name, BsonValue? value, int code) =>
        value is null or { Type: BsonType.Null or BsonType.Undefined } ? null
        : value.Value.IsArray ? value.Value.AsArray
        : throw new CommandError(
            code,
            $"input to {name} must be an array not {ValueText.TypeName(value.Value.Type)}"
        );
}

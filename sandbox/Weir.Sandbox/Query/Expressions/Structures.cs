using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>The operators that are more than a function of values: conditions, loops, variables.</summary>
internal static class Structures
{
    /// <summary>The structure of this name, or null when it is none.</summary>
    public static Expression? TryParse(string name, BsonValue operand, ExpressionParser parser) =>
        name switch
        {
            "$literal" or "$const" => new Literal(operand),
            "$and" => And(parser.Arguments(operand)),
            "$or" => Or(parser.Arguments(operand)),
            "$cond" => Cond(operand, parser),
            "$ifNull" => IfNull(parser.Arguments(operand)),
            "$switch" => Switch(operand, parser),
            "$let" => Let(operand, parser),
            "$map" => Loops.Map(operand, parser),
            "$filter" => Loops.Filter(operand, parser),
            "$reduce" => Loops.Reduce(operand, parser),
            "$convert" => Functions.Conversions.Convert(operand, parser),
            "$dateToString" => Functions.DateFunctions.DateToString(operand, parser),
            "$getField" => GetField(operand, parser),
            "$trim" => Functions.StringFunctions.Trim(operand, parser, start: true, end: true),
            "$ltrim" => Functions.StringFunctions.Trim(operand, parser, start: true, end: false),
            "$rtrim" => Functions.StringFunctions.Trim(operand, parser, start: false, end: true),
            "$replaceOne" => Functions.StringFunctions.Replace(operand, parser, all: false),
            "$replaceAll" => Functions.StringFunctions.Replace(operand, parser, all: true),
            "$regexMatch" => Functions.StringFunctions.RegexMatch(operand, parser),
            "$sortArray" => Functions.ArrayFunctions.SortArray(operand, parser),
            _ => null,
        };

    /// <summary>The document that an operator with named arguments wants, with none that it does not know.</summary>
    public static BsonDocument Named(string name, BsonValue operand, params ReadOnlySpan<string> known)
    {
        if (!operand.IsDocument)
        {
            throw CommandError.FailedToParse(
                $"{name} only supports an object as its argument, found {ValueText.TypeName(operand.Type)}"
            );
        }

        foreach (var given in operand.AsDocument.Names)
        {
            if (!known.Contains(given))
            {
                throw CommandError.FailedToParse($"Unrecognized argument to {name}: {given}");
            }
        }

        return operand.AsDocument;
    }

    public static BsonValue Required(string name, BsonDocument arguments, string argument) =>
        arguments.TryGetValue(argument, out var value)
            ? value
            : throw CommandError.FailedToParse($"Missing '{argument}' parameter to {name}");

    private static ScopedExpression And(Expression[] parts) =>
        new(scope =>
        {
            foreach (var part in parts)
            {
                if (!Truth.Of(part.Evaluate(scope)))
                {
                    return false;
                }
            }

            return true;
        });

    private static ScopedExpression Or(Expression[] parts) =>
        new(scope =>
        {
            foreach (var part in parts)
            {
                if (Truth.Of(part.Evaluate(scope)))
                {
                    return true;
                }
            }

            return false;
        });

    private static ScopedExpression Cond(BsonValue operand, ExpressionParser parser)
    {
        Expression[] parts;
        if (operand.IsDocument)
        {
            var named = Named("$cond", operand, "if", "then", "else");
            parts =
            [
                parser.Parse(Required("$cond", named, "if")),
                parser.Parse(Required("$cond", named, "then")),
                parser.Parse(Required("$cond", named, "else")),
            ];
        }
        else
        {
            parts = parser.Arguments(operand);
            new Functions.Function(3, 3, static _ => null).RequireCount("$cond", parts.Length);
        }

        return new(scope => parts[Truth.Of(parts[0].Evaluate(scope)) ? 1 : 2].Evaluate(scope));
    }

    private static ScopedExpression IfNull(Expression[] parts)
    {
        if (parts.Length < 2)
        {
            throw new CommandError(1257300, $"$ifNull needs at least two arguments, had: {parts.Length}");
        }

        return new(scope =>
        {
            foreach (var part in parts)
            {
                if (part.Evaluate(scope) is { Type: not (BsonType.Null or BsonType.Undefined) } value)
                {
                    return value;
                }
            }

            return parts[^1].Evaluate(scope);
        });
    }

    private static ScopedExpression Switch(BsonValue operand, ExpressionParser parser)
    {
        var named = Named("$switch", operand, "branches", "default");
        var branches = Required("$switch", named, "branches");
        if (!branches.IsArray || branches.AsArray.Count == 0)
        {
            throw new CommandError(40068, "$switch requires at least one branch");
        }

        var cases = branches
            .AsArray.Select(branch =>
            {
                var parts = Named("$switch", branch, "case", "then");
                return (
                    Case: parser.Parse(Required("$switch", parts, "case")),
                    Then: parser.Parse(Required("$switch", parts, "then"))
                );
            })
            .ToArray();
        var otherwise = named.TryGetValue("default", out var given) ? parser.Parse(given) : null;
        return new(scope =>
        {
            foreach (var (condition, then) in cases)
            {
                if (Truth.Of(condition.Evaluate(scope)))
                {
                    return then.Evaluate(scope);
                }
            }

            return otherwise is null
                ? throw new CommandError(
                    40066,
                    "$switch could not find a matching branch for an input, and no default was specified."
                )
                : otherwise.Evaluate(scope);
        });
    }

    private static ScopedExpression Let(BsonValue operand, ExpressionParser parser)
    {
        var named = Named("$let", operand, "vars", "in");
        var vars = Required("$let", named, "vars");
        if (!vars.IsDocument)
        {
            throw CommandError.FailedToParse("invalid parameter: expected an object (vars)");
        }

        foreach (var name in vars.AsDocument.Names)
        {
            LetVariables.RequireName(name);
        }

        var variables = vars
            .AsDocument.Select(field => (field.Name, Value: parser.Parse(field.Value)))
            .ToArray();
        var body = parser.With(vars.AsDocument.Names).Parse(Required("$let", named, "in"));
        return new(scope =>
        {
            var inner = scope;
            foreach (var (name, value) in variables)
            {
                inner = inner.With(name, value.Evaluate(scope));
            }

            return body.Evaluate(inner);
        });
    }

    private static ScopedExpression GetField(BsonValue operand, ExpressionParser parser)
    {
        var isNamed = operand.IsDocument && operand.AsDocument.Contains("field");
        var named = isNamed ? Named("$getField", operand, "field", "input") : [];
        var field = parser.Parse(isNamed ? named["field"] : operand);
        var input = parser.Parse(named.TryGetValue("input", out var given) ? given : "$$CURRENT");
        return new(scope =>
        {
            var name = field.ValueOrNull(scope);
            if (!name.IsString)
            {
                throw new CommandError(
                    3041704,
                    $"$getField requires 'field' to evaluate to type String, but got {ValueText.TypeName(name.Type)}"
                );
            }

            return
                input.Evaluate(scope) is { IsDocument: true } document
                && document.AsDocument.TryGetValue(name.AsString, out var value)
                ? value
                : default(BsonValue?);
        });
    }
}

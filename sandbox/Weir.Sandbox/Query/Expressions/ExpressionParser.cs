using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions.Functions;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>Reads aggregation expressions; what it does not know is an error in the server's words.</summary>
internal sealed class ExpressionParser
{
    private readonly HashSet<string> variables;

    private ExpressionParser(IEnumerable<string> variables) =>
        this.variables = new HashSet<string>(variables, StringComparer.Ordinal);

    public static Expression Parse(BsonValue value, QueryContext context) =>
        new ExpressionParser(["ROOT", "CURRENT", "NOW", "REMOVE", .. context.Variables.Keys]).Parse(value);

    /// <summary>A parser that knows more variables.</summary>
    public ExpressionParser With(params IEnumerable<string> names) => new([.. variables, .. names]);

    public Expression Parse(BsonValue value)
    {
        if (value.IsString && value.AsString is ['$', ..])
        {
            return Path(value.AsString);
        }

        if (value.IsArray)
        {
            return new ArrayExpression([.. value.AsArray.Select(Parse)]);
        }

        if (!value.IsDocument)
        {
            return new Literal(value);
        }

        var document = value.AsDocument;
        if (document.Count > 0 && document[0].Name is ['$', ..])
        {
            return document.Count == 1
                ? Operator(document[0].Name, document[0].Value)
                : throw new CommandError(
                    15983,
                    $"an expression specification must contain exactly one field, the name of the expression. Found {document.Count} fields in {ValueText.Of(document)}"
                );
        }

        return new ObjectExpression([.. document.Select(field => (Name(field.Name), Parse(field.Value)))]);
    }

    /// <summary>The arguments of an operator: an array's elements, or the one thing that is no array.</summary>
    public Expression[] Arguments(BsonValue operand) =>
        operand.IsArray ? [.. operand.AsArray.Select(Parse)] : [Parse(operand)];

    private static string Name(string name)
    {
        if (name is ['$', ..])
        {
            throw new CommandError(
                16410,
                "FieldPath field names may not start with '$'. Consider using $getField or $setField."
            );
        }

        return name.Contains('.', StringComparison.Ordinal)
            ? throw new CommandError(
                16412,
                "FieldPath field names may not contain '.'. Consider using $getField or $setField."
            )
            : name;
    }

    private FieldExpression Path(string text)
    {
        if (text.Length == 1)
        {
            throw new CommandError(16872, "'$' by itself is not a valid FieldPath");
        }

        if (text[1] != '$')
        {
            return new FieldExpression(null, FieldPath.Parse(Valid(text[1..])));
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var variable = dot < 0 ? text[2..] : text[2..dot];
        if (!variables.Contains(variable))
        {
            throw new CommandError(17276, $"Use of undefined variable: {variable}");
        }

        return new FieldExpression(variable, dot < 0 ? null : FieldPath.Parse(Valid(text[(dot + 1)..])));
    }

    private static string Valid(string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (name.Length == 0)
            {
                throw path[^1] == '.'
                    ? new CommandError(40353, "FieldPath must not end with a '.'.")
                    : new CommandError(15998, "FieldPath field names may not be empty strings.");
            }

            _ = Name(name);
        }

        return path;
    }

    private Expression Operator(string name, BsonValue operand)
    {
        if (Structures.TryParse(name, operand, this) is { } structure)
        {
            return structure;
        }

        if (!FunctionTable.All.TryGetValue(name, out var function))
        {
            throw new CommandError(ErrorCodes.InvalidPipelineOperator, $"Unrecognized expression '{name}'");
        }

        var arguments = Arguments(operand);
        function.RequireCount(name, arguments.Length);
        return new FunctionExpression(arguments, function.Apply);
    }
}

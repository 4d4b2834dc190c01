using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query;

/// <summary>A command's <c>let</c>: expressions without a document, computed once.</summary>
internal static class LetVariables
{
    public static QueryContext With(QueryContext context, BsonDocument? let)
    {
        if (let is null || let.Count == 0)
        {
            return context;
        }

        var variables = new Dictionary<string, BsonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in let)
        {
            RequireName(name);
            variables[name] = ExpressionParser.Parse(value, context).ValueOrNull(new Scope([], context));
        }

        return context.With(variables);
    }

    /// <summary>User variables begin with a small letter.</summary>
    public static void RequireName(string name)
    {
        if (name.Length == 0 || (!char.IsAsciiLetterLower(name[0]) && name[0] < 128 && name != "CURRENT"))
        {
            throw new CommandError(
                ErrorCodes.FailedToParse,
                $"'{name}' starts with an invalid character for a user variable name"
            );
        }
    }
}

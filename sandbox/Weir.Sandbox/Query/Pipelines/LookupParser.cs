using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>Reads a $lookup.</summary>
internal static class LookupParser
{
    public static LookupStage Parse(BsonValue operand, QueryContext context)
    {
        var specification = operand.IsDocument
            ? operand.AsDocument
            : throw CommandError.FailedToParse("the $lookup specification must be an Object");
        foreach (var name in specification.Names)
        {
            if (name is not ("from" or "localField" or "foreignField" or "as" or "let" or "pipeline"))
            {
                throw CommandError.FailedToParse($"unknown argument to $lookup: {name}");
            }
        }

        if (context.ReadCollection is null)
        {
            throw CommandError.NotHere("$lookup in this place");
        }

        var hasLocal = specification.Contains("localField");
        if (hasLocal != specification.Contains("foreignField"))
        {
            throw CommandError.FailedToParse(
                "$lookup requires both or neither of 'localField' and 'foreignField' to be specified"
            );
        }

        if (!hasLocal && !specification.Contains("pipeline"))
        {
            throw CommandError.FailedToParse(
                "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified"
            );
        }

        var variables = Variables(specification, context);
        return new LookupStage(
            Text(specification, "from"),
            hasLocal
                ? (
                    FieldPath.Parse(Text(specification, "localField")),
                    FieldPath.Parse(Text(specification, "foreignField"))
                )
                : null,
            variables,
            InnerPipeline(specification, variables, context),
            FieldPath.Parse(Text(specification, "as")),
            context
        );
    }

    private static List<(string Name, Expression Value)> Variables(
        BsonDocument specification,
        QueryContext context
    )
    {
        var variables = new List<(string, Expression)>();
        if (specification.TryGetValue("let", out var let) && let.IsDocument)
        {
            foreach (var (name, value) in let.AsDocument)
            {
                LetVariables.RequireName(name);
                variables.Add((name, ExpressionParser.Parse(value, context)));
            }
        }

        return variables;
    }

    // Read once here, so that its errors come before anything runs.
    private static BsonArray? InnerPipeline(
        BsonDocument specification,
        List<(string Name, Expression Value)> variables,
        QueryContext context
    )
    {
        if (!specification.TryGetValue("pipeline", out var pipeline))
        {
            return null;
        }

        var names = variables.ToDictionary(static variable => variable.Name, static _ => BsonValue.Null);
        _ = Pipeline.ParseInner("$lookup", pipeline, context.With(names));
        return pipeline.AsArray;
    }

    private static string Text(BsonDocument specification, string name) =>
        specification.TryGetValue(name, out var value) && value.IsString
            ? value.AsString
            : throw CommandError.FailedToParse($"$lookup argument '{name}' must be a string");
}

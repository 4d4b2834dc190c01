using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Pipelines.Accumulators;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>Reads a $group.</summary>
internal static class GroupParser
{
    public static GroupStage Parse(BsonDocument specification, QueryContext context)
    {
        if (!specification.TryGetValue("_id", out var id))
        {
            throw new CommandError(15955, "a group specification must include an _id");
        }

        return new GroupStage(ExpressionParser.Parse(id, context), Fields(specification, context), context);
    }

    /// <summary>The accumulated fields: all but the _id.</summary>
    public static List<(string Name, AccumulatorField Field)> Fields(
        BsonDocument specification,
        QueryContext context
    )
    {
        var fields = new List<(string, AccumulatorField)>();
        foreach (var (name, value) in specification)
        {
            if (name == "_id")
            {
                continue;
            }

            if (name.Contains('.', StringComparison.Ordinal))
            {
                throw new CommandError(40235, $"The field name '{name}' cannot contain '.'");
            }

            if (name is ['$', ..])
            {
                throw new CommandError(40236, $"The field name '{name}' cannot be an operator name");
            }

            if (!value.IsDocument || value.AsDocument.Count == 0)
            {
                throw new CommandError(40234, $"The field '{name}' must be an accumulator object");
            }

            if (value.AsDocument.Count > 1)
            {
                throw new CommandError(40238, $"The field '{name}' must specify one accumulator");
            }

            var (operation, operand) = value.AsDocument[0];
            fields.Add((name, AccumulatorField.Parse(operation, operand, context)));
        }

        return fields;
    }
}

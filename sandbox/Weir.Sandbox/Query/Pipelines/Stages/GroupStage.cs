using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Pipelines.Accumulators;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$group: one document for each value of the key, in the order in which the keys first came.</summary>
internal sealed class GroupStage(
    Expression key,
    IReadOnlyList<(string Name, AccumulatorField Field)> fields,
    QueryContext context
) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var groups = new Dictionary<BsonValue, Accumulator[]>(BsonOrder.Instance);
        var order = new List<BsonValue>();
        foreach (var document in documents)
        {
            var scope = new Scope(document, context);
            var value = key.ValueOrNull(scope);
            if (!groups.TryGetValue(value, out var accumulators))
            {
                accumulators = [.. fields.Select(static field => field.Field.Start())];
                groups.Add(value, accumulators);
                order.Add(value);
            }

            for (var i = 0; i < accumulators.Length; i++)
            {
                accumulators[i].Add(fields[i].Field.Argument.Evaluate(scope));
            }
        }

        foreach (var value in order)
        {
            var result = new BsonDocument("_id", value);
            for (var i = 0; i < fields.Count; i++)
            {
                result.Add(fields[i].Name, groups[value][i].Result);
            }

            yield return result;
        }
    }
}

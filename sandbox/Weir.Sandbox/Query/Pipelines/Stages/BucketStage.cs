using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Pipelines.Accumulators;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$bucket: groups by the interval a value falls into, in the order of the intervals.</summary>
internal sealed class BucketStage(
    Expression groupBy,
    BsonValue[] boundaries,
    BsonValue? otherwise,
    IReadOnlyList<(string Name, AccumulatorField Field)> fields,
    QueryContext context
) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var groups = new SortedDictionary<BsonValue, Accumulator[]>(BsonOrder.Instance);
        foreach (var document in documents)
        {
            var scope = new Scope(document, context);
            var bucket = BucketOf(groupBy.ValueOrNull(scope));
            if (!groups.TryGetValue(bucket, out var accumulators))
            {
                accumulators = [.. fields.Select(static field => field.Field.Start())];
                groups.Add(bucket, accumulators);
            }

            for (var i = 0; i < accumulators.Length; i++)
            {
                accumulators[i].Add(fields[i].Field.Argument.Evaluate(scope));
            }
        }

        foreach (var (bucket, accumulators) in groups)
        {
            var result = new BsonDocument("_id", bucket);
            for (var i = 0; i < fields.Count; i++)
            {
                result.Add(fields[i].Name, accumulators[i].Result);
            }

            yield return result;
        }
    }

    private BsonValue BucketOf(BsonValue value)
    {
        for (var i = 0; i < boundaries.Length - 1; i++)
        {
            if (
                BsonOrder.Compare(value, boundaries[i]) >= 0
                && BsonOrder.Compare(value, boundaries[i + 1]) < 0
            )
            {
                return boundaries[i];
            }
        }

        return otherwise
            ?? throw new CommandError(
                40066,
                "$switch could not find a matching branch for an input, and no default was specified."
            );
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$lookup: the documents of another collection that belong to each, in an array.</summary>
/// <param name="from">The other collection.</param>
/// <param name="fields">The fields that must be equal; null when only the pipeline decides.</param>
/// <param name="variables">What the pipeline may know of the document.</param>
/// <param name="pipeline">What the documents go through; null for nothing.</param>
/// <param name="target">Where the array goes.</param>
internal sealed class LookupStage(
    string from,
    (FieldPath Local, FieldPath Foreign)? fields,
    IReadOnlyList<(string Name, Expression Value)> variables,
    BsonArray? pipeline,
    FieldPath target,
    QueryContext context
) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var foreign = context.ReadCollection!(from).ToList();
        var byKey = fields is { } pair ? Group(foreign, pair.Foreign) : null;
        foreach (var document in documents)
        {
            IEnumerable<BsonDocument> found = byKey is null ? foreign : Matches(document, byKey);
            if (pipeline is not null)
            {
                found = Pipeline.Parse(pipeline, With(document)).Run(found);
            }

            yield return PathRewrite.Set(
                document,
                target,
                new BsonArray(found.Select(static match => (BsonValue)match))
            );
        }
    }

    private static Dictionary<BsonValue, List<(int Order, BsonDocument Document)>> Group(
        List<BsonDocument> documents,
        FieldPath path
    )
    {
        var groups = new Dictionary<BsonValue, List<(int, BsonDocument)>>(BsonOrder.Instance);
        for (var i = 0; i < documents.Count; i++)
        {
            foreach (var value in ValuesOf(documents[i], path).Distinct(BsonOrder.Instance))
            {
                if (!groups.TryGetValue(value, out var group))
                {
                    groups.Add(value, group = []);
                }

                group.Add((i, documents[i]));
            }
        }

        return groups;
    }

    // What is missing equals null, on both sides.
    private static List<BsonValue> ValuesOf(BsonDocument document, FieldPath path)
    {
        var values = PathValues.Of(document, path);
        return values.Count > 0 ? values : [BsonValue.Null];
    }

    private SortedDictionary<int, BsonDocument>.ValueCollection Matches(
        BsonDocument document,
        Dictionary<BsonValue, List<(int Order, BsonDocument Document)>> byKey
    )
    {
        var found = new SortedDictionary<int, BsonDocument>();
        foreach (var value in ValuesOf(document, fields!.Value.Local))
        {
            if (byKey.TryGetValue(value, out var group))
            {
                foreach (var (order, match) in group)
                {
                    found[order] = match;
                }
            }
        }

        return found.Values;
    }

    private QueryContext With(BsonDocument document)
    {
        var scope = new Scope(document, context);
        var values = new Dictionary<string, BsonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            values[name] = value.ValueOrNull(scope);
        }

        return context.With(values);
    }
}

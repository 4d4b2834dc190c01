using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Updates;

namespace Weir.Sandbox.Store.Operations;

/// <summary>The document that an upsert starts from: every field that the filter sets equal to one value.</summary>
internal static class UpsertSeed
{
    public static BsonDocument Of(Filter filter)
    {
        var equalities = new List<Equality>();
        filter.CollectEqualities(equalities);
        var document = new BsonDocument();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var equality in equalities)
        {
            if (!equality.IsExact)
            {
                continue;
            }

            if (!seen.Add(equality.Path.Text))
            {
                throw new CommandError(
                    54,
                    "NotSingleValueField",
                    $"cannot infer query fields to set, path '{equality.Path}' is matched twice"
                );
            }

            PathEditor.Create(document, equality.Path).Set(equality.Values[0].Clone());
        }

        return document;
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates;

/// <summary>Reads arrayFilters: one filter for each identifier.</summary>
internal static class ArrayFilters
{
    public static Dictionary<string, Filter> Parse(BsonArray? filters, QueryContext context)
    {
        var parsed = new Dictionary<string, Filter>(StringComparer.Ordinal);
        foreach (var filter in filters ?? [])
        {
            if (!filter.IsDocument)
            {
                throw CommandError.TypeMismatch("Each array filter must be an object");
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            Identifiers(filter.AsDocument, names);
            if (names.Count != 1)
            {
                throw CommandError.FailedToParse(
                    names.Count == 0
                        ? "Cannot use an expression without a top-level field name in arrayFilters"
                        : $"Error parsing array filter :: caused by :: Expected a single top-level field name, found '{string.Join("' and '", names)}'"
                );
            }

            if (!parsed.TryAdd(names.Single(), FilterParser.Parse(filter.AsDocument, context)))
            {
                throw CommandError.FailedToParse(
                    $"Found multiple array filters with the same top-level field name {names.Single()}"
                );
            }
        }

        return parsed;
    }

    private static void Identifiers(BsonDocument filter, HashSet<string> into)
    {
        foreach (var (name, value) in filter)
        {
            if (name is not ['$', ..])
            {
                into.Add(FieldPath.Parse(name).Root);
            }
            else if (value.IsArray)
            {
                foreach (var clause in value.AsArray)
                {
                    if (clause.IsDocument)
                    {
                        Identifiers(clause.AsDocument, into);
                    }
                }
            }
        }
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Indexes;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Reading;

/// <summary>Finds the records that can match a filter through an index whose every field the filter sets equal.</summary>
internal static class IndexLookup
{
    // More keys than this and a scan is the better plan.
    private const int MaxKeys = 200_000;

    /// <summary>The records in natural order, or null when no index helps. Needs the gate.</summary>
    public static List<Record>? Find(Collection collection, Filter filter)
    {
        var equalities = new List<Equality>();
        filter.CollectEqualities(equalities);
        if (equalities.Count == 0)
        {
            return null;
        }

        DocumentIndex? best = null;
        IReadOnlyList<BsonValue>[]? bestColumns = null;
        foreach (var index in collection.Indexes)
        {
            if (
                !index.Definition.IsPartial
                && Columns(index.Definition, equalities) is { } columns
                && (bestColumns is null || columns.Length > bestColumns.Length)
            )
            {
                (best, bestColumns) = (index, columns);
                if (index.Definition.IsId)
                {
                    break;
                }
            }
        }

        return best is null || bestColumns is null ? null : Lookup(best, bestColumns);
    }

    private static IReadOnlyList<BsonValue>[]? Columns(IndexDefinition index, List<Equality> equalities)
    {
        var columns = new IReadOnlyList<BsonValue>[index.Paths.Count];
        long keys = 1;
        for (var i = 0; i < columns.Length; i++)
        {
            var path = index.Paths[i];
            foreach (var equality in equalities)
            {
                if (
                    equality.Path.Text == path.Text
                    && (columns[i] is null || equality.Values.Count < columns[i].Count)
                    && IsIndexable(equality)
                )
                {
                    columns[i] = equality.Values;
                }
            }

            if (columns[i] is null)
            {
                return null;
            }

            keys *= columns[i].Count;
            if (keys > MaxKeys)
            {
                return null;
            }
        }

        return columns;
    }

    // Null also means missing and an array also means its elements: those are left to the scan.
    private static bool IsIndexable(Equality equality)
    {
        for (var i = 0; i < equality.Path.Length; i++)
        {
            if (equality.Path.IndexAt(i) is not null)
            {
                return false;
            }
        }

        return equality.Values.All(static value =>
            value.Type
                is not (BsonType.Null or BsonType.Undefined or BsonType.Array or BsonType.RegularExpression)
        );
    }

    private static List<Record> Lookup(DocumentIndex index, IReadOnlyList<BsonValue>[] columns)
    {
        if (columns.Length == 1 && columns[0].Count == 1)
        {
            return index.TryFind(CanonicalKey.Of(columns[0][0]), out var posting)
                ? InOrder(posting.Records)
                : [];
        }

        var found = new HashSet<Record>();
        var row = new BsonValue[columns.Length];
        Collect(index, columns, row, 0, found);
        return InOrder(found);
    }

    private static void Collect(
        DocumentIndex index,
        IReadOnlyList<BsonValue>[] columns,
        BsonValue[] row,
        int column,
        HashSet<Record> into
    )
    {
        if (column == columns.Length)
        {
            if (index.TryFind(CanonicalKey.Of(row), out var posting))
            {
                posting.CopyTo(into);
            }

            return;
        }

        foreach (var value in columns[column])
        {
            row[column] = value;
            Collect(index, columns, row, column + 1, into);
        }
    }

    private static List<Record> InOrder(IEnumerable<Record> records)
    {
        var list = new List<Record>(records);
        if (list.Count > 1)
        {
            list.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        }

        return list;
    }
}

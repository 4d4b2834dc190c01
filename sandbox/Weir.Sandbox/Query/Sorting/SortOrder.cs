using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Indexes;
using Weir.Sandbox.Store.Reading;

namespace Weir.Sandbox.Query.Sorting;

/// <summary>A sort specification: paths with directions. Stable: equal documents keep the order they came in.</summary>
internal sealed class SortOrder
{
    private readonly (FieldPath Path, int Direction)[] fields;
    private readonly PartialDocument part;
    private readonly bool isReverseNatural;

    private SortOrder(List<(FieldPath Path, int Direction)> fields, bool isReverseNatural)
    {
        this.fields = [.. fields];
        this.isReverseNatural = isReverseNatural;
        part = new PartialDocument(fields.Select(static field => field.Path.Root).Distinct());
    }

    /// <summary>Reads a sort; null where nothing is to be sorted.</summary>
    public static SortOrder? Parse(BsonDocument? specification)
    {
        if (specification is null || specification.Count == 0)
        {
            return null;
        }

        var fields = new List<(FieldPath, int)>();
        foreach (var (name, value) in specification)
        {
            var direction = Direction(name, value);
            if (name == "$natural")
            {
                return direction < 0 ? new SortOrder([], isReverseNatural: true) : null;
            }

            if (name.Length == 0 || name[0] == '$')
            {
                throw new CommandError(
                    16410,
                    $"FieldPath field names may not start with '$'. Consider using $getField or $setField. (sort key '{name}')"
                );
            }

            fields.Add((FieldPath.Parse(name), direction));
        }

        return new SortOrder(fields, isReverseNatural: false);
    }

    /// <summary>Reads all documents and sorts them; with a limit, keeps no more than it needs.</summary>
    public List<byte[]> Sort(DocumentSource source, long limit)
    {
        if (isReverseNatural)
        {
            var all = source.Drain();
            all.Reverse();
            return all;
        }

        var keep = limit is > 0 and < 100_000 ? (int)limit : int.MaxValue;
        var rows = new List<Row<byte[]>>();
        long arrival = 0;
        while (source.TryRead(out var bytes))
        {
            rows.Add(new Row<byte[]>(KeyOf(part.Read(bytes)), arrival++, bytes));
            if (keep < int.MaxValue && rows.Count >= (2 * keep) + 1024)
            {
                rows.Sort(CompareRows);
                rows.RemoveRange(keep, rows.Count - keep);
            }
        }

        rows.Sort(CompareRows);
        return rows.ConvertAll(static row => row.Content);
    }

    /// <summary>Sorts documents in memory.</summary>
    public List<BsonDocument> Sort(IEnumerable<BsonDocument> documents)
    {
        var rows = new List<Row<BsonDocument>>();
        foreach (var document in documents)
        {
            rows.Add(new Row<BsonDocument>(KeyOf(document), rows.Count, document));
        }

        rows.Sort(CompareRows);
        return rows.ConvertAll(static row => row.Content);
    }

    /// <summary>Whether a document that came later sorts before an earlier one.</summary>
    public bool Precedes(BsonDocument later, BsonDocument earlier) =>
        isReverseNatural || CompareKeys(KeyOf(later), KeyOf(earlier)) < 0;

    private static int Direction(string name, BsonValue value)
    {
        if (value.IsDocument && value.AsDocument.Contains("$meta"))
        {
            throw CommandError.NotHere("sorting by $meta");
        }

        return Numbers.TryWhole(value, out var direction) && direction is 1 or -1
            ? (int)direction
            : throw new CommandError(
                15975,
                $"$sort key ordering must be 1 (for ascending) or -1 (for descending), in '{name}'"
            );
    }

    // An array sorts by its least element going up and by its greatest going down.
    private BsonValue[] KeyOf(BsonDocument document)
    {
        var key = new BsonValue[fields.Length];
        for (var i = 0; i < key.Length; i++)
        {
            var values = IndexValues.Of(document, fields[i].Path, out _, out _);
            var best = values[0];
            for (var j = 1; j < values.Count; j++)
            {
                if (BsonOrder.Compare(values[j], best) * fields[i].Direction < 0)
                {
                    best = values[j];
                }
            }

            key[i] = best;
        }

        return key;
    }

    private int CompareRows<T>(Row<T> left, Row<T> right)
    {
        var result = CompareKeys(left.Key, right.Key);
        return result == 0 ? left.Arrival.CompareTo(right.Arrival) : result;
    }

    private int CompareKeys(BsonValue[] left, BsonValue[] right)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var result = BsonOrder.Compare(left[i], right[i]);
            if (result != 0)
            {
                return result * fields[i].Direction;
            }
        }

        return 0;
    }

    private readonly record struct Row<T>(BsonValue[] Key, long Arrival, T Content);
}

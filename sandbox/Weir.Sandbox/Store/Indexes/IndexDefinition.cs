using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>What an index is: its key pattern and options, and which keys a document has under it. Immutable.</summary>
internal sealed class IndexDefinition
{
    private readonly FieldPath[] paths;
    private readonly Filter? partialFilter;

    public IndexDefinition(BsonDocument specification, Filter? partialFilter)
    {
        Specification = specification;
        Key = specification["key"].AsDocument;
        Name = specification["name"].AsString;
        IsUnique = specification.GetValueOrDefault("unique").ToBoolean();
        IsSparse = specification.GetValueOrDefault("sparse").ToBoolean();
        IsId = Name == "_id_";
        this.partialFilter = partialFilter;
        paths = [.. Key.Select(static field => FieldPath.Parse(field.Name))];
    }

    public static IndexDefinition Id { get; } =
        new(
            new BsonDocument
            {
                ["v"] = 2,
                ["key"] = new BsonDocument { ["_id"] = 1 },
                ["name"] = "_id_",
            },
            null
        );

    /// <summary>The document that listIndexes shows.</summary>
    public BsonDocument Specification { get; }

    public BsonDocument Key { get; }

    public string Name { get; }

    public bool IsId { get; }

    public bool IsUnique { get; }

    public bool IsSparse { get; }

    public bool IsPartial => partialFilter is not null;

    public IReadOnlyList<FieldPath> Paths => paths;

    /// <summary>Seconds after which a document expires, for a TTL index.</summary>
    public double? ExpireAfterSeconds =>
        Specification.TryGetValue("expireAfterSeconds", out var seconds) ? seconds.ToDouble() : null;

    /// <summary>The keys of a document, several where a path leads through an array.</summary>
    public List<IndexEntry> EntriesOf(BsonDocument document)
    {
        if (partialFilter is not null && !partialFilter.Matches(document))
        {
            return [];
        }

        if (paths.Length == 1)
        {
            return SingleField(document);
        }

        var columns = new List<BsonValue>[paths.Length];
        var anyPresent = false;
        var arrays = 0;
        for (var i = 0; i < paths.Length; i++)
        {
            columns[i] = IndexValues.Of(document, paths[i], out var present, out var isArray);
            anyPresent |= present;
            arrays += isArray ? 1 : 0;
        }

        if (IsSparse && !anyPresent)
        {
            return [];
        }

        return arrays > 1 ? throw ParallelArrays() : Product(columns);
    }

    private CommandError ParallelArrays() =>
        new(171, "CannotIndexParallelArrays", $"cannot index parallel arrays for index {Name}");

    private List<IndexEntry> SingleField(BsonDocument document)
    {
        var values = IndexValues.Of(document, paths[0], out var present, out _);
        if (IsSparse && !present)
        {
            return [];
        }

        var entries = new List<IndexEntry>(values.Count);
        foreach (var value in values)
        {
            entries.Add(new IndexEntry(CanonicalKey.Of(value), [value]));
        }

        return entries;
    }

    private static List<IndexEntry> Product(List<BsonValue>[] columns)
    {
        var rows = new List<BsonValue[]> { new BsonValue[columns.Length] };
        for (var i = 0; i < columns.Length; i++)
        {
            var next = new List<BsonValue[]>(rows.Count * columns[i].Count);
            foreach (var row in rows)
            {
                foreach (var value in columns[i])
                {
                    var copy = (BsonValue[])row.Clone();
                    copy[i] = value;
                    next.Add(copy);
                }
            }

            rows = next;
        }

        return rows.ConvertAll(static row => new IndexEntry(CanonicalKey.Of(row), row));
    }
}

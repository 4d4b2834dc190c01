using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Indexes;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Catalog;

/// <summary>
/// The documents and indexes of one collection. Every method needs the store's gate. A write checks everything that can
/// fail before it changes anything.
/// </summary>
internal sealed class Collection
{
    private readonly List<DocumentIndex> indexes = [new(IndexDefinition.Id)];

    public Collection(string database, string name, CappedLimits? capped = null)
    {
        Database = database;
        Name = name;
        Capped = capped;
    }

    public string Database { get; private set; }

    public string Name { get; private set; }

    public string FullName => Database + "." + Name;

    public Guid Uuid { get; } = Guid.NewGuid();

    public CappedLimits? Capped { get; }

    public RecordLog Log { get; } = new();

    public IReadOnlyList<DocumentIndex> Indexes => indexes;

    /// <summary>Committed documents.</summary>
    public long Count { get; private set; }

    /// <summary>Their size together.</summary>
    public long Bytes { get; private set; }

    /// <summary>The open transaction that made this collection: nobody else sees it yet.</summary>
    public Transaction? CreatedBy { get; set; }

    /// <summary>No longer in the catalog: cursors that still read it end.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Grows with every write that became visible: what a waiting tailable cursor compares.</summary>
    public long Generation { get; private set; }

    public bool IsVisibleTo(Transaction? reader) => CreatedBy is null || CreatedBy == reader;

    public void Insert(Transaction writer, BsonDocument document, byte[] bytes)
    {
        var entries = EntriesOf(document);
        RequireFree(entries, null, writer);
        var record = Log.Append(new DocumentVersion { Bytes = bytes, Writer = writer });
        for (var i = 0; i < entries.Length; i++)
        {
            Add(indexes[i], entries[i], record);
        }

        writer.Wrote(this, record);
        Note(writer, StoreChangeKind.Insert, null, bytes);
    }

    public void Replace(
        Transaction writer,
        Candidate old,
        BsonDocument document,
        byte[] bytes,
        StoreChangeKind kind
    )
    {
        var record = old.Record;
        record.RequireWritable(writer);
        var entries = EntriesOf(document, from: 1);
        RequireFree(entries, record, writer);
        Push(writer, record, bytes);
        for (var i = 1; i < entries.Length; i++)
        {
            Add(indexes[i], entries[i], record);
        }

        Note(writer, kind, old.Bytes, bytes);
    }

    public void Delete(Transaction writer, Candidate old)
    {
        old.Record.RequireWritable(writer);
        Push(writer, old.Record, null);
        Note(writer, StoreChangeKind.Delete, old.Bytes, null);
    }

    /// <summary>Makes the newest version of the record committed.</summary>
    public void Settle(Record record, long sequence)
    {
        var head = record.Head;
        head.Writer = null;
        head.Sequence = sequence;
        var before = head.Previous?.Bytes;
        Count += (head.Bytes is null ? 0 : 1) - (before is null ? 0 : 1);
        Bytes += (head.Bytes?.Length ?? 0) - (before?.Length ?? 0);
        Generation++;
    }

    /// <summary>Undoes the uncommitted version of the record.</summary>
    public void TakeBack(Record record)
    {
        var undone = record.Head;
        if (undone.Previous is { } previous)
        {
            record.Head = previous;
        }
        else
        {
            Log.Remove(record);
        }

        Unindex(record, undone);
    }

    /// <summary>Drops the versions that no snapshot can see; true when only one is left, or none.</summary>
    public bool Prune(Record record, long oldestSnapshot)
    {
        if (record.Removed)
        {
            return true;
        }

        var version = record.Head;
        while (version is not null && (version.Writer is not null || version.Sequence > oldestSnapshot))
        {
            version = version.Previous;
        }

        if (version is null)
        {
            // Inserted and deleted by one transaction: no snapshot, old or new, sees anything of it.
            if (record.Head is { Bytes: null, Writer: null, Previous: null })
            {
                Log.Remove(record);
            }

            return record.Head.Previous is null;
        }

        var dropped = version.Previous;
        version.Previous = null;
        if (version == record.Head && version.Bytes is null)
        {
            Log.Remove(record);
        }

        for (; dropped is not null; dropped = dropped.Previous)
        {
            Unindex(record, dropped);
        }

        return record.Head.Previous is null;
    }

    /// <summary>Rolls a capped collection: as many of its oldest documents go as are over its limits. Not told to
    /// listeners, as a server's change streams are not.</summary>
    public void Trim(Transaction writer)
    {
        if (Capped is null)
        {
            return;
        }

        var (count, bytes) = (Count, Bytes);
        foreach (var record in Log.All())
        {
            if (bytes <= Capped.Bytes && (Capped.Documents == 0 || count <= Capped.Documents))
            {
                break;
            }

            if (record.Visible(writer) is { } oldest)
            {
                count--;
                bytes -= oldest.Length;
                Push(writer, record, null);
            }
        }
    }

    public void AddIndex(IndexDefinition definition)
    {
        var index = new DocumentIndex(definition);
        foreach (var record in Log.All())
        {
            for (var version = record.Head; version is not null; version = version.Previous)
            {
                if (version.Bytes is { } bytes)
                {
                    var entries = definition.EntriesOf(BsonDocument.Parse(bytes));
                    if (definition.IsUnique && version == record.Head)
                    {
                        index.RequireFree(entries, record, version.Writer ?? UniqueBuild, FullName);
                    }

                    Add(index, entries, record);
                }
            }
        }

        indexes.Add(index);
    }

    public void RemoveIndex(DocumentIndex index) => indexes.Remove(index);

    public DocumentIndex? FindIndex(string name) => indexes.Find(index => index.Definition.Name == name);

    /// <summary>Takes another name; the catalog moves it there.</summary>
    public void MoveTo(string database, string name)
    {
        Database = database;
        Name = name;
    }

    // Building a unique index is not part of any transaction: it sees the newest of everything.
    private static Transaction UniqueBuild { get; } = new DocumentStore().BeginStatement();

    // An _id never changes, so a replacement starts from the first secondary index.
    private List<IndexEntry>[] EntriesOf(BsonDocument document, int from = 0)
    {
        var entries = new List<IndexEntry>[indexes.Count];
        entries[0] = [];
        for (var i = from; i < entries.Length; i++)
        {
            entries[i] = indexes[i].Definition.EntriesOf(document);
        }

        return entries;
    }

    private void RequireFree(List<IndexEntry>[] entries, Record? self, Transaction writer)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (indexes[i].Definition is { IsUnique: true } or { IsId: true })
            {
                indexes[i].RequireFree(entries[i], self, writer, FullName);
            }
        }
    }

    private static void Add(DocumentIndex index, List<IndexEntry> entries, Record record)
    {
        foreach (var entry in entries)
        {
            index.Add(entry.Key, record);
        }
    }

    private void Push(Transaction writer, Record record, byte[]? bytes)
    {
        var head = record.Head;
        if (head.Writer != writer)
        {
            record.Head = new DocumentVersion
            {
                Bytes = bytes,
                Writer = writer,
                Previous = head,
            };
            writer.Wrote(this, record);
            return;
        }

        // The writer's own, not yet committed version gives way to the new one.
        var replaced = new DocumentVersion { Bytes = head.Bytes };
        head.Bytes = bytes;
        Unindex(record, replaced);
    }

    /// <summary>Removes the keys that only the dropped version had.</summary>
    private void Unindex(Record record, DocumentVersion dropped)
    {
        if (dropped.Bytes is null || (indexes.Count == 1 && !IsGone(record)))
        {
            return;
        }

        var document = BsonDocument.Parse(dropped.Bytes);
        foreach (var index in indexes)
        {
            if (index.Definition.IsId && !IsGone(record))
            {
                continue;
            }

            var kept = KeptKeys(record, index.Definition);
            foreach (var entry in index.Definition.EntriesOf(document))
            {
                if (!kept.Contains(entry.Key))
                {
                    index.Remove(entry.Key, record);
                }
            }
        }
    }

    // No version that anybody may see has the document any more.
    private static bool IsGone(Record record) =>
        record.Removed || (record.Head.Bytes is null && record.Head.Previous is null);

    private static HashSet<IndexKey> KeptKeys(Record record, IndexDefinition definition)
    {
        var kept = new HashSet<IndexKey>();
        if (!record.Removed)
        {
            for (var version = record.Head; version is not null; version = version.Previous)
            {
                if (version.Bytes is { } bytes)
                {
                    foreach (var entry in definition.EntriesOf(BsonDocument.Parse(bytes)))
                    {
                        kept.Add(entry.Key);
                    }
                }
            }
        }

        return kept;
    }

    private void Note(Transaction writer, StoreChangeKind kind, byte[]? before, byte[]? after)
    {
        if (!writer.IsHeard)
        {
            return;
        }

        writer.Changed(
            new StoreChange
            {
                Kind = kind,
                Database = Database,
                Collection = Name,
                Transaction = writer.IsExplicit ? writer : null,
                Before = before,
                After = after,
            }
        );
    }
}

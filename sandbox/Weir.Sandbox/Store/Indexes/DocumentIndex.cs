using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>
/// A hash index: key to records. It holds every key that any kept version of a document has, so whoever looks something
/// up must look at the document again. Guarded by the store's gate.
/// </summary>
internal sealed class DocumentIndex(IndexDefinition definition)
{
    private readonly Dictionary<IndexKey, Posting> postings = [];

    public IndexDefinition Definition { get; } = definition;

    /// <summary>The records that have, or had, the key.</summary>
    public bool TryFind(IndexKey key, out Posting posting) => postings.TryGetValue(key, out posting);

    public void Add(IndexKey key, Record record) =>
        postings[key] = postings.TryGetValue(key, out var posting)
            ? posting.With(record)
            : Posting.Of(record);

    public void Remove(IndexKey key, Record record)
    {
        if (!postings.TryGetValue(key, out var posting))
        {
            return;
        }

        if (posting.Without(record) is { } rest)
        {
            postings[key] = rest;
        }
        else
        {
            postings.Remove(key);
        }
    }

    /// <summary>
    /// Throws where the writer can't give the record these keys: a duplicate key, or a write conflict where another
    /// transaction's outcome decides.
    /// </summary>
    public void RequireFree(
        IReadOnlyList<IndexEntry> entries,
        Record? self,
        Transaction writer,
        string collection
    )
    {
        foreach (var entry in entries)
        {
            if (!postings.TryGetValue(entry.Key, out var posting))
            {
                continue;
            }

            foreach (var holder in posting.Records)
            {
                if (holder != self)
                {
                    RequireGone(entry, holder, writer, collection);
                }
            }
        }
    }

    private void RequireGone(IndexEntry entry, Record holder, Transaction writer, string collection)
    {
        var head = holder.Head;
        if (head.Writer is not null && head.Writer != writer)
        {
            if (Has(head, entry.Key) || (head.Previous is { } before && Has(before, entry.Key)))
            {
                throw CommandError.WriteConflict();
            }
        }
        else if (head.Writer is null && head.Sequence > writer.Snapshot)
        {
            throw CommandError.WriteConflict();
        }
        else if (Has(head, entry.Key))
        {
            throw DuplicateKey.Error(collection, Definition, entry.Values);
        }
    }

    private bool Has(DocumentVersion version, IndexKey key)
    {
        if (version.Bytes is null)
        {
            return false;
        }

        // An _id never changes: whichever version there is has it.
        if (Definition.IsId)
        {
            return true;
        }

        foreach (var entry in Definition.EntriesOf(BsonDocument.Parse(version.Bytes)))
        {
            if (entry.Key.Equals(key))
            {
                return true;
            }
        }

        return false;
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Reading;

/// <summary>Where a query reads and in which order: through an index, or a scan, sorted when that is asked.</summary>
internal static class QueryPlan
{
    /// <summary>Documents to show. Takes the gate by itself; a sort reads everything now, a scan reads as it is pulled.</summary>
    public static DocumentSource Open(
        DocumentStore store,
        Collection collection,
        Transaction? reader,
        Filter filter,
        SortOrder? sort,
        long limit,
        bool tailable
    )
    {
        var matcher = new DocumentMatcher(filter);
        DocumentSource source;
        if (ByIndex(store, collection, reader, matcher) is { } found)
        {
            source = new ListSource(found);
        }
        else
        {
            source = new ScanSource(store, collection, reader, matcher, tailable);
        }

        return sort is null ? source : new ListSource(sort.Sort(source, limit));
    }

    /// <summary>The matches to write to, in natural order, as the writer sees them. Needs the gate.</summary>
    public static IEnumerable<Candidate> Matches_NeedsGate(
        Collection collection,
        Transaction writer,
        DocumentMatcher matcher
    )
    {
        if (IndexLookup.Find(collection, matcher.Filter) is { } records)
        {
            foreach (var record in records)
            {
                if (record.Visible(writer) is { } bytes && matcher.Matches(bytes))
                {
                    yield return new Candidate(record, bytes);
                }
            }

            yield break;
        }

        // A record is met once however it is changed meanwhile: it keeps its place.
        var batch = new List<Candidate>();
        long position = 0;
        var last = collection.Log.LastId;
        var more = true;
        while (more)
        {
            batch.Clear();
            more = collection.Log.Read(ref position, writer, 256, batch);
            foreach (var candidate in batch)
            {
                if (candidate.Record.Id <= last && matcher.Matches(candidate.Bytes))
                {
                    yield return candidate;
                }
            }
        }
    }

    /// <summary>Refuses a hint that names no index. Needs the gate.</summary>
    public static void RequireHint(Collection? collection, BsonValue hint)
    {
        if (hint.IsNull || collection is null || (hint.IsDocument && hint.AsDocument.Count == 0))
        {
            return;
        }

        var known =
            hint.IsString ? collection.FindIndex(hint.AsString) is not null
            : hint.IsDocument
                ? hint.AsDocument[0].Name == "$natural"
                    || collection.Indexes.Any(index => SameKey(index.Definition.Key, hint.AsDocument))
            : throw CommandError.FailedToParse("Hint must be a string or an object");
        if (!known)
        {
            throw CommandError.BadValue(
                "error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index"
            );
        }
    }

    public static bool SameKey(BsonDocument left, BsonDocument right) =>
        left.Count == right.Count && BsonOrder.Same(left, right);

    private static List<byte[]>? ByIndex(
        DocumentStore store,
        Collection collection,
        Transaction? reader,
        DocumentMatcher matcher
    )
    {
        List<byte[]> found;
        lock (store.Gate)
        {
            reader?.RequireOpen();
            if (IndexLookup.Find(collection, matcher.Filter) is not { } records)
            {
                return null;
            }

            found = new List<byte[]>(records.Count);
            foreach (var record in records)
            {
                if (record.Visible(reader) is { } bytes)
                {
                    found.Add(bytes);
                }
            }
        }

        found.RemoveAll(bytes => !matcher.Matches(bytes));
        return found;
    }
}

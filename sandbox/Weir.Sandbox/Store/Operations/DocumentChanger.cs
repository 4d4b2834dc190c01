using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Updates;
using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Operations;

/// <summary>Applies an update to stored documents, or makes the document of an upsert.</summary>
internal sealed class DocumentChanger(Filter filter, DocumentUpdate update)
{
    private const int MaxSize = 16 * 1024 * 1024;

    /// <summary>Changes one document; null when the update leaves it as it is.</summary>
    public BsonDocument? Change(Collection collection, Transaction writer, Candidate candidate)
    {
        var before = BsonDocument.Parse(candidate.Bytes);
        var trace = new MatchTrace();
        if (update.IsPositional)
        {
            filter.Matches(before, trace);
        }

        var id = before.GetValueOrDefault("_id");
        var after = update.Apply(before, trace.ArrayIndex, isInsert: false);
        RequireSameId(after, id);
        var bytes = after.ToBytes();
        RequireSize(bytes.Length);
        if (bytes.AsSpan().SequenceEqual(candidate.Bytes))
        {
            // Touching a document without changing it still loses against another writer.
            candidate.Record.RequireWritable(writer);
            return null;
        }

        var kind = update is Replacement ? StoreChangeKind.Replace : StoreChangeKind.Update;
        collection.Replace(writer, candidate, after, bytes, kind);
        return after;
    }

    /// <summary>Inserts what the filter's equalities and the update make together.</summary>
    public BsonDocument Upsert(Collection collection, Transaction writer)
    {
        var start = UpsertSeed.Of(filter);
        var hasId = start.TryGetValue("_id", out var id);
        var document = update.Apply(start, null, isInsert: true);
        if (hasId && document.TryGetValue("_id", out var chosen) && !BsonOrder.Same(id, chosen))
        {
            throw ImmutableId();
        }

        if (hasId && !document.Contains("_id"))
        {
            document.Insert(0, "_id", id);
        }

        var complete = NewDocument.WithId(document);
        NewDocument.Prepare(complete).InsertInto(collection, writer);
        return complete;
    }

    private static void RequireSameId(BsonDocument after, BsonValue id)
    {
        if (!after.TryGetValue("_id", out var now) || !BsonOrder.Same(now, id))
        {
            throw ImmutableId();
        }
    }

    private static CommandError ImmutableId() =>
        new(
            ErrorCodes.ImmutableField,
            "Performing an update on the path '_id' would modify the immutable field '_id'"
        );

    private static void RequireSize(int size)
    {
        if (size > MaxSize)
        {
            throw new CommandError(
                ErrorCodes.BsonObjectTooLarge,
                $"Resulting document after update is larger than {MaxSize}"
            );
        }
    }
}

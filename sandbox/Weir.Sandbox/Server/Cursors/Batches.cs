using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Fills batches from cursors, within the limits of a reply, and opens a cursor for what is left.</summary>
internal static class Batches
{
    public const int DefaultFirst = 101;

    /// <summary>The first batch. The cursor stays open when there may be more.</summary>
    public static Reply First(CommandContext context, ServerCursor cursor, long? size, bool isSingle = false)
    {
        var batch = new CursorBatch { IsFirst = true, Namespace = cursor.Namespace };
        Fill(batch, cursor.Source, size ?? DefaultFirst);
        if (!cursor.Source.IsExhausted && !isSingle)
        {
            batch.Id = context.Member.Cursors.Add(cursor);
        }

        AddResumeToken(batch, cursor);
        return new Reply([]) { Batch = batch };
    }

    /// <summary>Reads the size of the first batch from <c>cursor: {batchSize}</c>.</summary>
    public static long? SizeOf(BsonDocument? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        var arguments = new Arguments(cursor, "cursor");
        foreach (var name in cursor.Names)
        {
            if (name != "batchSize")
            {
                throw new CommandError(40415, $"BSON field 'cursor.{name}' is an unknown field.");
            }
        }

        return arguments.Count("batchSize");
    }

    public static ServerCursor Open(CommandContext context, DocumentCursor source, string @namespace) =>
        new(source, @namespace)
        {
            Session = context.Session?.Id,
            TransactionNumber = context.Transaction is null ? null : context.TransactionNumber,
            User = context.Connection.Authentication.User,
            Origin = context.Body,
            IsTailable = context.Arguments.All.GetValueOrDefault("tailable").ToBoolean(),
            AwaitsData = context.Arguments.All.GetValueOrDefault("awaitData").ToBoolean(),
            HasNoTimeout = context.Arguments.All.GetValueOrDefault("noCursorTimeout").ToBoolean(),
        };

    /// <summary>Adds documents until the batch has <paramref name="size"/> of them or 16 MB.</summary>
    public static void Fill(CursorBatch batch, DocumentCursor source, long size)
    {
        long bytes = 0;
        while (batch.Documents.Count < size && source.TryNextBytes(out var document))
        {
            // The key of an array element: its digits, a type and an end.
            bytes += document.Length + 12;
            if (bytes > ServerLimits.MaxDocumentSize && batch.Documents.Count > 0)
            {
                source.PutBack(document);
                return;
            }

            batch.Documents.Add(document);
        }
    }

    public static void AddResumeToken(CursorBatch batch, ServerCursor cursor)
    {
        if (cursor.Source is ChangeStreamCursor stream)
        {
            // A document that did not fit is read but not sent: then the last one sent says where to go on.
            var last =
                batch.Documents.Count > 0
                    ? BsonDocument.Parse(batch.Documents[^1].Span)["_id"]
                    : stream.ResumeToken;
            batch.Extra = new BsonDocument { ["postBatchResumeToken"] = last };
        }
    }
}

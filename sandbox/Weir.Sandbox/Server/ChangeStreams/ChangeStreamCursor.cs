using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>A change stream: reads the change log from a place on, and turns what it watches into events.</summary>
internal sealed class ChangeStreamCursor(
    DeploymentState deployment,
    ChangeStreamOptions options,
    AggregateSpec pipeline
) : DocumentCursor
{
    private const int ReadAtOnce = 100;
    private readonly Queue<ChangeEntry> read = [];
    private long position = options.After;
    private ResumeToken? invalidate;
    private bool isOver;

    /// <summary>Where a client may go on from, when it has seen everything that was read.</summary>
    public BsonDocument ResumeToken => new ResumeToken(position, isOver).ToDocument();

    protected override bool SourceIsExhausted => isOver;

    protected override bool TryRead(out ReadOnlyMemory<byte> document)
    {
        document = default;
        if (isOver)
        {
            return false;
        }

        if (invalidate is { } end)
        {
            isOver = true;
            var time = BsonTimestamp.FromValue((ulong)end.Time);
            return Pass(ChangeEvents.Invalidate(end, time, deployment.Time), out document);
        }

        while (TryNextEntry(out var entry))
        {
            position = entry.Time;
            if (ChangeEvents.Describe(entry, options, deployment) is not { } described)
            {
                continue;
            }

            if (ChangeEvents.Invalidates(entry.Change, options))
            {
                invalidate = new ResumeToken(entry.Time, IsInvalidate: true);
            }

            if (Pass(described, out document))
            {
                return true;
            }

            if (invalidate is not null)
            {
                return TryRead(out document);
            }
        }

        return false;
    }

    private bool TryNextEntry(out ChangeEntry entry)
    {
        if (read.Count == 0)
        {
            var found =
                deployment.Changes.Read(position, ReadAtOnce) ?? throw ChangeStreamOptions.HistoryLost();
            foreach (var each in found)
            {
                read.Enqueue(each);
            }
        }

        return read.TryDequeue(out entry!);
    }

    /// <summary>What the rest of the pipeline makes of an event; false when it drops it.</summary>
    private bool Pass(BsonDocument described, out ReadOnlyMemory<byte> document)
    {
        if (pipeline.Pipeline.Count == 0)
        {
            document = described.ToBytes();
            return true;
        }

        var id = described["_id"];
        document = default;
        var database = options.Database ?? "admin";
        if (!deployment.Store.Session.Aggregate(database, [described], pipeline).TryNext(out var passed))
        {
            return false;
        }

        if (passed.GetValueOrDefault("_id") != id)
        {
            throw new CommandError(
                280,
                "ChangeStreamFatalError",
                "Encountered an event whose _id field, which contains the resume token, was modified by the pipeline."
            );
        }

        document = passed.ToBytes();
        return true;
    }
}

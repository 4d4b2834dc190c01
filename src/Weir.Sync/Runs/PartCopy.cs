using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Sources;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>
/// Copies a part: chunk by chunk fetched, written, checkpointed, in that order. While one is written the next is
/// fetched.
/// </summary>
internal sealed class PartCopy(EntityWork work, int index, PartState part, RecordPipeline pipeline)
{
    private Counts _counts = part.Counts;
    private BsonDocument? _position = part.Position;

    public async Task RunAsync(ChunkWriter writer, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = work.Source.Read(part.Part, part.Position);
        var fetching = FetchAsync(reader, ending.Token);
        try
        {
            while (true)
            {
                var (chunk, isMore) = await fetching;
                using (chunk)
                {
                    if (isMore)
                    {
                        fetching = FetchAsync(reader, ending.Token);
                    }
                    await PutAsync(writer, chunk, isMore, cancellationToken);
                }
                if (!isMore)
                {
                    return;
                }
            }
        }
        catch
        {
            // The fetch ahead ends before the reader does.
            await ending.CancelAsync();
            await DropAsync(fetching);
            throw;
        }
    }

    private async ValueTask PutAsync(
        ChunkWriter writer,
        Chunk chunk,
        bool isMore,
        CancellationToken cancellationToken
    )
    {
        var done = await work.WriteAsync(writer, chunk, pipeline, cancellationToken);
        _counts += done;
        _position = chunk.Position ?? _position;
        var fields = new BsonDocument
        {
            [CheckpointStore.PartField(index, "position")] = _position,
            [CheckpointStore.PartField(index, "done")] = !isMore,
            [CheckpointStore.PartField(index, "counts")] = _counts.ToBson(),
        };
        if (pipeline.Highest is { } highest)
        {
            fields["run.watermark"] = highest;
        }
        await work.SaveAsync(fields, cancellationToken);
        work.Progress.Add(done);
    }

    private async Task<(Chunk Chunk, bool IsMore)> FetchAsync(
        ISourceReader reader,
        CancellationToken cancellationToken
    )
    {
        var chunk = work.NewChunk();
        try
        {
            await chunk.ReserveAsync(cancellationToken);
            var isMore = await work.Retry.RunAsync(
                token => reader.ReadAsync(chunk, token),
                cancellationToken
            );
            return (chunk, isMore);
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    private static async ValueTask DropAsync(Task<(Chunk Chunk, bool IsMore)> fetching)
    {
        try
        {
            (await fetching).Chunk.Dispose();
        }
#pragma warning disable CA1031 // What failed first is what counts.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Nothing is left of it.
        }
    }
}

using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Sources.MongoDb;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>Writes a source's changes as they come, each batch followed by its token in the checkpoint.</summary>
internal sealed class Follower(EntityWork work, RunState run)
{
    // While nothing changes the token is saved every so often, so that it does not grow too old to go on from.
    private static readonly TimeSpan s_idleSave = TimeSpan.FromSeconds(10);

    private Counts _counts = run.Extra;

    /// <param name="untilQuiet">Whether to end when no change is left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HistoryLostException">It cannot go on where it left off.</exception>
    public async ValueTask<Counts> RunAsync(bool untilQuiet, CancellationToken cancellationToken)
    {
        var pipeline = new RecordPipeline(work.Entity, work.Job.Mode, tracksWatermark: false);
        using var writer = new ChunkWriter(
            work.Live,
            work.Entity.Key,
            isFresh: false,
            work.Hold,
            work.Size,
            work.Time
        );
        await using var reader = new ChangeReader(((MongoSource)work.Source).Collection, run.Token);
        var saved = work.Time.GetTimestamp();
        while (true)
        {
            using var chunk = work.NewChunk();
            await chunk.ReserveAsync(cancellationToken);
            await work.Retry.RunAsync(token => reader.ReadAsync(chunk, token), cancellationToken);
            var isQuiet = chunk.Count == 0;
            if (!isQuiet)
            {
                var done = await work.WriteAsync(writer, chunk, pipeline, cancellationToken);
                _counts += done;
                work.Progress.Add(done);
            }
            if (!isQuiet || untilQuiet || work.Time.GetElapsedTime(saved) >= s_idleSave)
            {
                await SaveAsync(chunk, cancellationToken);
                saved = work.Time.GetTimestamp();
            }
            if (isQuiet && untilQuiet)
            {
                return _counts;
            }
        }
    }

    private ValueTask SaveAsync(Chunk chunk, CancellationToken cancellationToken) =>
        work.SaveAsync(
            new BsonDocument { ["run.token"] = chunk.Position!["token"], ["run.extra"] = _counts.ToBson() },
            cancellationToken
        );
}

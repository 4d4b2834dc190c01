using Weir.Sync.Checkpoints;
using Weir.Sync.Leases;
using Weir.Sync.Sources;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>Deletes the documents whose keys the source has no more, page by page through the destination.</summary>
internal sealed class ComparePass(EntityWork work)
{
    public async ValueTask<Counts> RunAsync(CancellationToken cancellationToken)
    {
        var lookup = (IKeyLookup)work.Source;
        var deleted = 0L;
        using var writer = new ChunkWriter(
            work.Live,
            work.Entity.Key,
            isFresh: false,
            work.Hold,
            work.Size,
            work.Time
        );
        var pages = new KeyPages(work.Live, work.Entity.Key);
        while (true)
        {
            var keys = await work.Retry.RunAsync(pages.NextAsync, cancellationToken);
            if (keys.Count == 0)
            {
                return new Counts(0, 0, deleted, 0, 0, 0);
            }
            var exist = await work.Retry.RunAsync(token => lookup.ExistAsync(keys, token), cancellationToken);
            using var chunk = work.NewChunk();
            for (var i = 0; i < keys.Count; i++)
            {
                if (!exist[i])
                {
                    chunk.AddDelete(keys[i].ToBytes());
                }
            }
            var outcome = await work.Retry.RunAsync(
                token => writer.WriteAsync(chunk, token),
                cancellationToken
            );
            deleted += outcome.Deleted;
            work.Progress.Add(new Counts(0, 0, outcome.Deleted, 0, 0, 0));
        }
    }
}

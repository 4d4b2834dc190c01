using Weir.Protocol.Bson;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>
/// Compares two collections whose documents have the same <c>_id</c>s, range by range: first by count and sum, and
/// document by document only where these differ. What is done is noted, so that it can be gone on with.
/// </summary>
internal sealed class RangeVerifier(VerifyWork work, VerifyStore store, int named)
{
    private const int RangeSize = 20_000;
    private const int MostRanges = 1000;

    public async ValueTask<VerifyResult> RunAsync(bool restart, CancellationToken cancellationToken)
    {
        var definition = Runs.Definition.Of(work.Job, work.Entity);
        var ranges = restart ? null : await store.LoadAsync(definition, cancellationToken);
        if (ranges is null)
        {
            ranges = [.. (await SplitAsync(cancellationToken)).Select(r => new VerifiedRange(r, null, null))];
            await store.BeginAsync(definition, ranges, cancellationToken);
        }
        await Parallel.ForEachAsync(
            ranges.Index().Where(r => r.Item.Source is null).ToList(),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = work.Job.Concurrency,
                CancellationToken = cancellationToken,
            },
            async (item, token) =>
            {
                var done = await HashAsync(item.Item.Range, token);
                ranges[item.Index] = done;
                await work.Retry.RunAsync(t => store.SaveAsync(item.Index, done, t), token);
            }
        );
        var differences = new Differences(named);
        foreach (var range in ranges.Where(r => r.Source != r.Destination))
        {
            await new RangeDifferences(work, differences).FindAsync(range.Range, cancellationToken);
        }
        await store.EndAsync(cancellationToken);
        return differences.ToResult(
            ranges.Sum(r => r.Source!.Value.Count),
            ranges.Sum(r => r.Destination!.Value.Count)
        );
    }

    private async ValueTask<VerifiedRange> HashAsync(IdRange range, CancellationToken cancellationToken)
    {
        var source = SumAsync(work.SourceOf(range), cancellationToken);
        var destination = SumAsync(work.DestinationOf(range.Filter(null)), cancellationToken);
        await Task.WhenAll(source, destination);
        var (one, other) = (await source, await destination);
        work.Counted(one.Count);
        return new VerifiedRange(range, one, other);
    }

    private static async Task<RangeHash> SumAsync(RecordStream stream, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            return await stream.HashAsync(new DocumentHash(leavesIdOut: false), cancellationToken);
        }
    }

    // Ranges of the source, and of the kinds of _id that only the destination has.
    private async ValueTask<List<IdRange>> SplitAsync(CancellationToken cancellationToken)
    {
        var count = await work.Destination.EstimateAsync(cancellationToken);
        var parts = (int)Math.Clamp(count / RangeSize, 1, MostRanges);
        var source = new MongoSplitter(((MongoSource)work.Source).Collection, new MongoQuery(work.Entity));
        var ranges = new List<IdRange>(await source.SplitAsync(parts, isOneWhole: false, cancellationToken));
        var plain = new Jobs.SyncEntity
        {
            Name = "",
            From = work.Destination.Name,
            Into = "",
        };
        var known = ranges.Select(Kind).ToHashSet();
        var destination = new MongoSplitter(work.Destination, new MongoQuery(plain));
        foreach (var range in await destination.SplitAsync(1, isOneWhole: false, cancellationToken))
        {
            if (!known.Contains(Kind(range)))
            {
                ranges.Add(range);
            }
        }
        return ranges;
    }

    // NaN is a number, and apart from all others.
    private static (string, bool) Kind(IdRange range) => (range.Bracket, range.Only is not null);
}

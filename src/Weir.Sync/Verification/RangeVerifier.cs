using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>
/// Compares two collections whose documents have the same <c>_id</c>s, range by range: first by count and sum, and
/// document by document only where these differ. What is done is noted, so that it can be gone on with.
/// </summary>
internal sealed class RangeVerifier(VerifyWork work, VerifyStore store, int named, int rangeSize)
{
    private const int MostRanges = 1000;
    private const string Ranges = "ranges";

    public async ValueTask<VerifyResult> RunAsync(bool restart, CancellationToken cancellationToken)
    {
        var definition = Runs.Definition.Of(work.Job, work.Entity);
        work.Progress.Activity = "planning";
        var estimate = await work.Retry.RunAsync(EstimateAsync, cancellationToken);
        var ranges = restart
            ? null
            : await work.Retry.RunAsync(t => LoadAsync(definition, t), cancellationToken);
        if (ranges is null)
        {
            var split = await work.Retry.RunAsync(t => SplitAsync(estimate, t), cancellationToken);
            ranges = [.. split.Select(r => new VerifiedRange(r, null, null))];
            var state = new BsonDocument
            {
                [Ranges] = new BsonArray(ranges.Select(r => (BsonValue)r.ToBson())),
            };
            await work.Retry.RunAsync(t => store.BeginAsync(definition, state, t), cancellationToken);
        }
        work.Begin(ranges.Sum(r => r.Source?.Count ?? 0), estimate);
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
                var name = string.Create(CultureInfo.InvariantCulture, $"{Ranges}.{item.Index}");
                var fields = new BsonDocument { [name] = done.ToBson() };
                await work.Retry.RunAsync(t => store.SaveAsync(fields, t), token);
            }
        );
        work.Progress.Activity = "naming what differs";
        var differences = new Differences(named);
        foreach (var range in ranges.Where(r => r.Source != r.Destination))
        {
            await new RangeDifferences(work, differences).FindAsync(range.Range, cancellationToken);
        }
        await work.Retry.RunAsync(store.EndAsync, cancellationToken);
        return differences.ToResult(
            ranges.Sum(r => r.Source!.Value.Count),
            ranges.Sum(r => r.Destination!.Value.Count)
        );
    }

    private async ValueTask<List<VerifiedRange>?> LoadAsync(
        string definition,
        CancellationToken cancellationToken
    )
    {
        var state = await store.LoadAsync(definition, cancellationToken);
        return state?.GetValueOrDefault(Ranges) is { IsArray: true } ranges
            ? [.. ranges.AsArray.Select(r => VerifiedRange.Parse(r.AsDocument))]
            : null;
    }

    private async ValueTask<VerifiedRange> HashAsync(IdRange range, CancellationToken cancellationToken)
    {
        var source = SumAsync(work.SourceOf(range), work.Compared, cancellationToken);
        var destination = SumAsync(work.DestinationOf(range.Filter(null)), null, cancellationToken);
        await Task.WhenAll(source, destination);
        return new VerifiedRange(range, await source, await destination);
    }

    private static async Task<RangeHash> SumAsync(
        RecordStream stream,
        Action<Chunk>? compared,
        CancellationToken cancellationToken
    )
    {
        await using (stream)
        {
            return await stream.HashAsync(new DocumentHash(leavesIdOut: false), compared, cancellationToken);
        }
    }

    // Of a part of a collection the server's count tells nothing.
    private async ValueTask<long?> EstimateAsync(CancellationToken cancellationToken) =>
        new MongoQuery(work.Entity).IsWhole
            ? await ((MongoSource)work.Source).Collection.EstimateAsync(cancellationToken)
            : null;

    // Ranges of the source, and of the kinds of _id that only the destination has.
    private async ValueTask<List<IdRange>> SplitAsync(long? estimate, CancellationToken cancellationToken)
    {
        var count = Math.Max(estimate ?? 0, await work.Destination.EstimateAsync(cancellationToken));
        var parts = (int)Math.Clamp(count / rangeSize, 1, MostRanges);
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

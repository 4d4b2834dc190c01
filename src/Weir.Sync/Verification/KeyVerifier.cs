using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Leases;
using Weir.Sync.Sources;

namespace Weir.Sync.Verification;

/// <summary>
/// Compares a source that has no order of its own: every record is looked up in the destination by its key. Documents
/// that only the destination has are named where the source can be asked for keys, and counted where it cannot. What is
/// done is noted, so that it can be gone on with.
/// </summary>
internal sealed class KeyVerifier(VerifyWork work, VerifyStore store, int named)
{
    private const int PageSize = 500;

    private bool LeavesIdOut => !work.Entity.IsKeyedById;

    public async ValueTask<VerifyResult> RunAsync(bool restart, CancellationToken cancellationToken)
    {
        work.Progress.Activity = "planning";
        var definition = Runs.Definition.Of(work.Job, work.Entity);
        var known = restart
            ? null
            : await work.Retry.RunAsync(t => store.LoadAsync(definition, t), cancellationToken);
        var keys = known is null ? null : ComparedKeys.Parse(known, named);
        long? estimate = null;
        if (keys is null)
        {
            var request = new SplitRequest(1, null, work.Job.ChunkSize);
            var plan = await work.Retry.RunAsync(t => work.Source.SplitAsync(request, t), cancellationToken);
            estimate = plan.Estimate;
            keys = new ComparedKeys(plan.Parts, 0, null, 0, 0, new Differences(named));
            var state = keys.ToBson();
            await work.Retry.RunAsync(t => store.BeginAsync(definition, state, t), cancellationToken);
        }
        work.Begin(keys.Source, estimate);
        while (keys.Part < keys.Parts.Count)
        {
            keys = await PartAsync(keys, cancellationToken);
        }
        var destination = await work.Retry.RunAsync(CountAsync, cancellationToken);
        if (destination > keys.Found)
        {
            work.Progress.Activity = "naming what differs";
            await AddExtraAsync(keys.Differences, destination - keys.Found, cancellationToken);
        }
        await work.Retry.RunAsync(store.EndAsync, cancellationToken);
        return keys.Differences.ToResult(keys.Source, destination);
    }

    private async ValueTask<ComparedKeys> PartAsync(ComparedKeys keys, CancellationToken cancellationToken)
    {
        await using var stream = work.SourceOf(keys.Parts[keys.Part], keys.Position);
        while (await stream.NextAsync(cancellationToken) is { } chunk)
        {
            using (chunk)
            {
                foreach (var page in chunk.Entries.Where(e => e.Kind == EntryKind.Put).Chunk(PageSize))
                {
                    var (records, there) = await CompareAsync(
                        chunk,
                        page,
                        keys.Differences,
                        cancellationToken
                    );
                    keys = keys with { Source = keys.Source + records, Found = keys.Found + there };
                }
                keys = keys with { Position = chunk.Position ?? keys.Position };
                await SaveAsync(keys, cancellationToken);
                work.Compared(chunk);
            }
        }
        keys = keys with { Part = keys.Part + 1, Position = null };
        await SaveAsync(keys, cancellationToken);
        return keys;
    }

    private ValueTask SaveAsync(ComparedKeys keys, CancellationToken cancellationToken)
    {
        var fields = keys.Fields();
        return work.Retry.RunAsync(token => store.SaveAsync(fields, token), cancellationToken);
    }

    // Named where the source can be asked for keys.
    private async ValueTask AddExtraAsync(
        Differences differences,
        long count,
        CancellationToken cancellationToken
    )
    {
        var isAsKept =
            work.Entity.OrderBy is not null
            || !work.Entity.Key.Any(k => work.Entity.Transforms.Any(t => t.Touches(k)));
        if (work.Source is not IKeyLookup lookup || !isAsKept)
        {
            differences.AddUnnamed(DifferenceKind.Extra, count);
            return;
        }
        var pages = new KeyPages(work.Destination, work.Entity.Key);
        while (await work.Retry.RunAsync(pages.NextAsync, cancellationToken) is { Count: > 0 } keys)
        {
            var exist = await work.Retry.RunAsync(token => lookup.ExistAsync(keys, token), cancellationToken);
            foreach (var (i, key) in keys.Index())
            {
                if (!exist[i])
                {
                    differences.Add(DifferenceKind.Extra, KeyText.Of(key, work.Entity.Key).TrimEnd());
                }
            }
        }
    }

    private async ValueTask<(long Records, long Found)> CompareAsync(
        Chunk chunk,
        Entry[] page,
        Differences differences,
        CancellationToken cancellationToken
    )
    {
        var hash = new DocumentHash(LeavesIdOut);
        var expected = new Dictionary<string, UInt128>(StringComparer.Ordinal);
        var keys = new List<BsonDocument>();
        foreach (var entry in page)
        {
            var key = KeyOf(chunk[entry]);
            keys.Add(key);
            expected[KeyText.Of(key, work.Entity.Key)] = hash.Of(chunk[entry]);
        }
        var records = expected.Count;
        var found = 0L;
        await using var destination = work.DestinationOf(KeyText.AnyOf(keys));
        while (await destination.NextAsync(cancellationToken) is { } there)
        {
            using (there)
            {
                foreach (var entry in there.Entries)
                {
                    var key = KeyText.Of(KeyOf(there[entry]), work.Entity.Key);
                    if (expected.Remove(key, out var wanted))
                    {
                        found++;
                        if (wanted != hash.Of(there[entry]))
                        {
                            differences.Add(DifferenceKind.Differs, key.TrimEnd());
                        }
                    }
                }
            }
        }
        foreach (var key in expected.Keys)
        {
            differences.Add(DifferenceKind.Missing, key.TrimEnd());
        }
        return (records, found);
    }

    private BsonDocument KeyOf(ReadOnlySpan<byte> document)
    {
        var key = new BsonDocument();
        foreach (var field in work.Entity.Key)
        {
            var reader = new BsonReader(document);
            key.Add(
                field,
                reader.Find(System.Text.Encoding.UTF8.GetBytes(field)) ? reader.GetValue() : default
            );
        }
        return key;
    }

    private async ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        var command = new BsonDocument
        {
            ["aggregate"] = work.Destination.Name,
            ["pipeline"] = new BsonArray { new BsonDocument { ["$count"] = "n" } },
            ["cursor"] = new BsonDocument(),
        };
        await using var cursor = await work.Destination.OpenAsync(command, null, null, cancellationToken);
        return await cursor.NextAsync(cancellationToken) is { } document ? document["n"].ToInt64() : 0;
    }
}

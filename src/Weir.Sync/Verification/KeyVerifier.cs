using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Sources;

namespace Weir.Sync.Verification;

/// <summary>
/// Compares a source that has no order of its own: every record is looked up in the destination by its key. Documents
/// that only the destination has are counted, not named.
/// </summary>
internal sealed class KeyVerifier(VerifyWork work, int named)
{
    private const int PageSize = 500;

    private bool LeavesIdOut => !work.Entity.IsKeyedById;

    public async ValueTask<VerifyResult> RunAsync(CancellationToken cancellationToken)
    {
        var differences = new Differences(named);
        var plan = await work.Source.SplitAsync(
            new SplitRequest(1, null, work.Job.ChunkSize),
            cancellationToken
        );
        var source = 0L;
        var found = 0L;
        foreach (var part in plan.Parts)
        {
            await using var stream = work.SourceOf(part);
            while (await stream.NextAsync(cancellationToken) is { } chunk)
            {
                using (chunk)
                {
                    foreach (var page in chunk.Entries.Where(e => e.Kind == EntryKind.Put).Chunk(PageSize))
                    {
                        var (records, there) = await CompareAsync(
                            chunk,
                            page,
                            differences,
                            cancellationToken
                        );
                        source += records;
                        found += there;
                    }
                    work.Counted(chunk.Count);
                }
            }
        }
        var destination = await CountAsync(cancellationToken);
        differences.AddUnnamed(DifferenceKind.Extra, Math.Max(0, destination - found));
        return differences.ToResult(source, destination);
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

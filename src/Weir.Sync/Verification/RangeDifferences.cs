using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Sources;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>
/// Names the documents of a range that differ: a page of the source at a time, against the destination's documents
/// between the page's ends.
/// </summary>
internal sealed class RangeDifferences(VerifyWork work, Differences differences)
{
    public async ValueTask FindAsync(IdRange range, CancellationToken cancellationToken)
    {
        await using var source = work.SourceOf(range);
        BsonValue? after = null;
        while (await source.NextAsync(cancellationToken) is { } chunk)
        {
            using (chunk)
            {
                if (chunk.Position is { } position)
                {
                    var last = position["_id"];
                    await CompareAsync(Hashes(chunk), Between(range, after, last), cancellationToken);
                    after = last;
                }
            }
        }
        // What the destination has behind the last document of the source.
        await CompareAsync([], range.Filter(after), cancellationToken);
    }

    private async ValueTask CompareAsync(
        Dictionary<string, UInt128> expected,
        BsonDocument filter,
        CancellationToken cancellationToken
    )
    {
        await using var destination = work.DestinationOf(filter);
        var hash = new DocumentHash(leavesIdOut: false);
        while (await destination.NextAsync(cancellationToken) is { } chunk)
        {
            using (chunk)
            {
                foreach (var entry in chunk.Entries)
                {
                    var key = KeyOf(chunk[entry]);
                    if (!expected.Remove(key, out var wanted))
                    {
                        differences.Add(DifferenceKind.Extra, key);
                    }
                    else if (wanted != hash.Of(chunk[entry]))
                    {
                        differences.Add(DifferenceKind.Differs, key);
                    }
                }
            }
        }
        foreach (var key in expected.Keys)
        {
            differences.Add(DifferenceKind.Missing, key);
        }
    }

    private static Dictionary<string, UInt128> Hashes(Chunk chunk)
    {
        var hash = new DocumentHash(leavesIdOut: false);
        var hashes = new Dictionary<string, UInt128>(StringComparer.Ordinal);
        foreach (var entry in chunk.Entries)
        {
            if (entry.Kind == EntryKind.Put)
            {
                hashes[KeyOf(chunk[entry])] = hash.Of(chunk[entry]);
            }
        }
        return hashes;
    }

    private static BsonDocument Between(IdRange range, BsonValue? after, BsonValue last)
    {
        var filter = range.Filter(after);
        if (range.Only is not null)
        {
            return filter;
        }
        // A range is of one kind of _id, so that a comparison with its last one misses nothing.
        var bounds = filter.GetValueOrDefault("_id") is { IsDocument: true } known ? known.AsDocument : [];
        bounds["$lte"] = last;
        return new BsonDocument { ["_id"] = bounds };
    }

    private static string KeyOf(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        return reader.Find("_id"u8) ? KeyText.Of(reader.GetValue()) : "";
    }
}

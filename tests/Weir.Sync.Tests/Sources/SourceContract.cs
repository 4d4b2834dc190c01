using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Sources;

namespace Weir.Sync.Tests.Sources;

/// <summary>
/// What every source has to hold, as a template for tests of new ones: parts that together have every record, chunks
/// that end where they are full, and positions that can be gone on from without losing one.
/// </summary>
internal static class SourceContract
{
    /// <summary>Holds a source to all of it.</summary>
    /// <param name="source">The source; opened for this.</param>
    /// <param name="count">How many records it has, each unlike the others.</param>
    public static async Task HoldsAsync(ISyncSource source, int count)
    {
        var (all, refusals) = await ReadAllAsync(source);
        Assert.Empty(refusals);
        Assert.Equal(count, all.Count);
        Assert.Equal(count, all.Distinct().Count());

        var plan = await source.SplitAsync(new SplitRequest(4, null, 10), Stage.Ending);
        foreach (var part in plan.Parts)
        {
            var whole = await ReadPartAsync(source, part, null);
            // After every position, what is left and what was read before make up the whole part.
            foreach (var (before, position) in whole.Positions)
            {
                var rest = await ReadPartAsync(source, part, position);
                Assert.Equal(
                    whole.Records.Select(Text).ToHashSet(),
                    before.Concat(rest.Records).Select(Text).ToHashSet()
                );
            }
        }
    }

    public static async Task<(List<BsonDocument> Records, List<string> Refusals)> ReadAllAsync(
        ISyncSource source
    )
    {
        var plan = await source.SplitAsync(new SplitRequest(4, null, 10), Stage.Ending);
        var records = new List<BsonDocument>();
        var refusals = new List<string>();
        foreach (var part in plan.Parts)
        {
            var read = await ReadPartAsync(source, part, null);
            records.AddRange(read.Records);
            refusals.AddRange(read.Refusals);
        }
        return (records, refusals);
    }

    private static async Task<PartRead> ReadPartAsync(
        ISyncSource source,
        BsonDocument part,
        BsonDocument? position
    )
    {
        var read = new PartRead();
        // Kept as a checkpoint keeps it: as bytes.
        var kept = BsonDocument.Parse(part.ToBytes());
        await using var reader = source.Read(
            kept,
            position is null ? null : BsonDocument.Parse(position.ToBytes())
        );
        var isMore = true;
        while (isMore)
        {
            using var chunk = new Chunk(new ByteBudget(64 << 20), 7, 16 << 10);
            isMore = await reader.ReadAsync(chunk, Stage.Ending);
            Assert.True(isMore || chunk.Count <= chunk.MaxRecords + 1000);
            read.Records.AddRange(chunk.Entries.Select(e => BsonDocument.Parse(chunk[e])));
            read.Refusals.AddRange(chunk.Refusals.Select(r => r.Reason));
            if (chunk.Position is { } after)
            {
                read.Positions.Add(([.. read.Records], after));
            }
        }
        return read;
    }

    private static string Text(BsonDocument record) => record.ToString();

    private sealed class PartRead
    {
        public List<BsonDocument> Records { get; } = [];

        public List<string> Refusals { get; } = [];

        public List<(List<BsonDocument> Before, BsonDocument Position)> Positions { get; } = [];
    }
}

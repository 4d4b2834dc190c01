using Weir.Protocol.Bson;
using Weir.Sync.Runs;
using Weir.Sync.Writing;

namespace Weir.Sync.Tests.Runs;

/// <summary>Bounds: bytes in memory, and what a slow destination gets.</summary>
public class PressureTests
{
    private const long Budget = 16 << 20;

    [Fact]
    public async Task A_run_holds_no_more_records_in_memory_than_it_may_whatever_the_sources_size()
    {
        await using var stage = await Stage.StartAsync();
        var text = new string('x', 20_000);
        await stage.InsertAsync(
            "shop",
            "large",
            Enumerable.Range(0, 3000).Select(i => new BsonDocument { ["_id"] = i, ["text"] = text })
        );
        var settings = stage.Settings(
            $$"""
            destinations: { d: "{uri}" }
            sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
            limits: { bufferedBytes: {{Budget}} }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                chunkSize: 100
                concurrency: 8
                entities: { large: { transforms: [ { constant: { tenant: x } } ] } }
            """
        );
        var runner = stage.Runner(settings);

        var results = await runner.RunAsync(settings.Jobs, new RunOptions(), Stage.Ending);

        Assert.Equal((EntityOutcome.Done, 3000L), (results[0].Result!.Outcome, results[0].Counts.Written));
        // A chunk may go over by what came in one piece, and buffers come in powers of two.
        Assert.InRange(runner.PeakBytes, 1, 2 * Budget);
    }

    [Fact]
    public void Batches_grow_while_answers_are_quick_and_shrink_when_they_are_slow_or_fail()
    {
        var size = new BatchSize();
        var first = size.Current;
        size.Answered(first, TimeSpan.FromMilliseconds(20));
        var grown = size.Current;
        Assert.True(grown > first);
        // A batch that was not full says nothing about larger ones.
        size.Answered(10, TimeSpan.FromMilliseconds(1));
        Assert.Equal(grown, size.Current);

        size.Answered(grown, TimeSpan.FromSeconds(2));
        Assert.Equal(grown / 2, size.Current);
        for (var i = 0; i < 20; i++)
        {
            size.Trouble();
        }
        Assert.Equal(16, size.Current);
    }
}

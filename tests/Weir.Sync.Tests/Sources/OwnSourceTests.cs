using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Sync.Tests.Sources;

/// <summary>A source of one's own, as docs/sync-sources.md tells, in a job that was made in code.</summary>
public class OwnSourceTests
{
    private const int Count = 100;

    private static readonly SyncEntity s_entity = new()
    {
        Name = "numbers",
        From = "numbers",
        Into = "numbers",
        Key = ["number"],
    };

    [Fact]
    public async Task A_queue_is_gone_on_with_after_any_chunk()
    {
        var context = new SourceContext(null!, TimeProvider.System);
        var source = await new QueueSettings { Name = "q" }.OpenAsync(s_entity, context, Stage.Ending);

        await SourceContract.HoldsAsync(source, Count);
    }

    [Fact]
    public async Task A_job_made_in_code_copies_it()
    {
        await using var stage = await Stage.StartAsync();
        var settings = new SyncSettings
        {
            Destinations = [new DestinationSettings("d", stage.Uri, TimeSpan.FromMinutes(1))],
            Jobs =
            [
                new SyncJob
                {
                    Name = "j",
                    Source = new QueueSettings { Name = "q" },
                    Destination = "d",
                    Database = "crm",
                    ChunkSize = 7,
                    Entities = [s_entity],
                },
            ],
        };
        await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        var runner = new SyncRunner(settings, new SourceContext(destinations, TimeProvider.System));

        var results = await runner.RunAsync(settings.Jobs, new RunOptions(), Stage.Ending);

        Assert.Equal(EntityOutcome.Done, results[0].Result!.Outcome);
        var numbers = (await stage.FindAsync("crm", "numbers")).Select(d => d["number"].ToInt64());
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), numbers.Order());
    }

    private sealed record QueueSettings : SourceSettings
    {
        public override ValueTask<ISyncSource> OpenAsync(
            SyncEntity entity,
            SourceContext context,
            CancellationToken cancellationToken
        ) => new(new QueueSource(entity.From));
    }

    private sealed class QueueSource(string name) : ISyncSource
    {
        public ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken) =>
            new(new SourcePlan([new BsonDocument { ["queue"] = name }]));

        public ISourceReader Read(BsonDocument part, BsonDocument? position) =>
            new QueueReader(position is null ? 0 : position["offset"].ToInt64());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class QueueReader(long offset) : ISourceReader
    {
        private long _offset = offset;

        public ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
        {
            while (!chunk.IsFull)
            {
                if (_offset == Count)
                {
                    return new(false);
                }
                chunk.Add(new BsonDocument { ["number"] = _offset });
                chunk.Position = new BsonDocument { ["offset"] = ++_offset };
            }
            return new(true);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

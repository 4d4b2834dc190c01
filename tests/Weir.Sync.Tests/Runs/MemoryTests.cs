using Weir.Sync.Tests.Program;
using Weir.Sync.Verification;

namespace Weir.Sync.Tests.Runs;

/// <summary>
/// Constant memory: what is alive in the process while ten times the documents are read is the same.
/// </summary>
[Collection(nameof(Alone))]
public class MemoryTests
{
    private const int Few = 2000;
    private const int Many = 10 * Few;

    /// <summary>Eight bytes a document: less than its hash, or its key.</summary>
    private const long Most = 8 * (Many - Few);

    private const string Job = """
        destinations: { d: "{uri}" }
        sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
        jobs:
          j:
            source: s
            destination: d
            database: crm
            concurrency: 1
            chunkSize: 100
            chunkBytes: 16384
            entities:
              orders:
        """;

    [Theory]
    [InlineData("into: orders")]
    [InlineData("into: nothing")]
    [InlineData("key: name\n        transforms: [ { drop: _id } ]")]
    public Task A_verification_holds_the_same_whatever_the_collections_size(string entity) =>
        HoldsTheSameAsync(async stage =>
        {
            var settings = stage.Settings($"{Job}\n        {entity}");
            var verifier = new SyncVerifier(settings, stage.Context(settings)) { RangeSize = 1000 };
            var job = settings.Jobs[0];
            await verifier.RunAsync(job, job.Entities[0], restart: true, Stage.Ending);
        });

    [Fact]
    public Task A_copy_holds_the_same_whatever_the_collections_size() =>
        HoldsTheSameAsync(stage => stage.RunToEndAsync($"{Job}\n        into: copied"));

    private static async Task HoldsTheSameAsync(Func<Stage, Task> run)
    {
        var few = await HeldAsync(Few, run);
        var many = await HeldAsync(Many, run);

        Assert.True(many - few < Most, $"{few} bytes for {Few} documents, {many} for {Many}");
    }

    // The most that was alive at any step, beside what was alive before.
    private static async Task<long> HeldAsync(int documents, Func<Stage, Task> run)
    {
        await using var sandbox = await SandboxProgram.StartAsync();
        var looks = new LookingClock();
        await using var stage = new Stage(sandbox.Uri, looks);
        await stage.InsertAsync("shop", "orders", Documents.Numbered(documents));
        await stage.InsertAsync("crm", "orders", Documents.Numbered(documents));
        // Once before, so that the code and the pools are there.
        await run(stage);
        looks.Begin();
        await run(stage);
        return looks.Most;
    }

    /// <summary>The system's clock, which looks at the memory now and then when it is asked: each step asks it.</summary>
    private sealed class LookingClock : TimeProvider
    {
        private const int CallsALook = 10;

        private readonly Lock _gate = new();
        private long _before;
        private long _most;
        private int _calls = int.MinValue;

        public long Most => _most - _before;

        public void Begin()
        {
            _before = _most = GC.GetTotalMemory(forceFullCollection: true);
            _calls = 0;
        }

        public override long GetTimestamp()
        {
            lock (_gate)
            {
                if (_calls++ >= 0 && _calls % CallsALook == 0)
                {
                    _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: true));
                }
            }
            return base.GetTimestamp();
        }
    }
}

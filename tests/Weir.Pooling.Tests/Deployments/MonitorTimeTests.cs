using System.Collections.Concurrent;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Deployments;

public sealed class MonitorTimeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_are_at_least_the_heartbeat_apart()
    {
        await using var run = new Run(
            "mongodb://a/?directConnection=true&connectTimeoutMS=0",
            Hello.Standalone(),
            streams: false
        );
        await run.AdvanceUntilAsync(() => run.Checks.Count >= 4);
        AssertApart(run.Checks, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Checks_that_a_selection_asks_for_are_at_least_half_a_second_apart()
    {
        var hello = new BsonDocument
        {
            ["ok"] = 0,
            ["code"] = 1234,
            ["errmsg"] = "starting",
        };
        await using var run = new Run(
            "mongodb://a/?directConnection=true&connectTimeoutMS=0&serverSelectionTimeoutMS=2000000000",
            hello,
            streams: false
        );
        var selection = run.Deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        await run.AdvanceUntilAsync(() => run.Checks.Count >= 4);
        run.Server.Become(Hello.Standalone());
        await run.AdvanceUntilAsync(() => selection.IsCompleted);

        Assert.Equal(run.Server.Address, (await selection).Address);
        AssertApart(run.Checks, MonitorSettings.MinHeartbeatFrequency);
    }

    [Fact]
    public async Task Round_trip_times_are_measured_beside_the_stream()
    {
        await using var run = new Run(
            "mongodb://a/?heartbeatFrequencyMS=1000&connectTimeoutMS=0",
            Hello.Standalone(),
            streams: true
        );
        await run.AdvanceUntilAsync(() => run.Server.Connections >= 2);
        var before = run.Server.Hellos;
        await run.AdvanceUntilAsync(() => run.Server.Hellos >= before + 3);
        Assert.All(run.Failures, f => Assert.Fail(f.ToString()));
    }

    [Fact]
    public async Task A_stream_that_falls_silent_for_too_long_is_a_timeout()
    {
        await using var run = new Run(
            "mongodb://a/?connectTimeoutMS=1000&heartbeatFrequencyMS=5000&minPoolSize=0",
            Hello.Standalone(),
            streams: true
        );
        await run.AdvanceUntilAsync(() =>
            run.Failures.Any(f =>
                f.Failure.Message.Contains("not answered within 6000 ms", StringComparison.Ordinal)
            )
        );

        await run.AdvanceUntilAsync(() => run.Deployment.Servers[0].Description.IsDataBearing);
        Assert.True(run.Deployment.Servers[0].Pool.GetGeneration() >= 1);
    }

    private static void AssertApart(IEnumerable<TimeSpan> times, TimeSpan least)
    {
        var all = times.ToArray();
        for (var i = 1; i < all.Length; i++)
        {
            Assert.True(all[i] - all[i - 1] >= least, $"{all[i - 1]} and {all[i]} are closer than {least}");
        }
    }

    /// <summary>A deployment of one server with a clock that moves only when asked.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly ManualClock _clock = new();
        private readonly MemoryNetwork _network = new();

        public Run(string connectionString, BsonDocument hello, bool streams)
        {
            Server = new ScriptedServer(_network, "a:27017", streams);
            Server.Become(hello);
            Deployment = new Deployment(
                ConnectionString.Parse(connectionString),
                _network,
                new DeploymentOptions { Time = _clock, TopologyEvents = Hear }
            );
            Deployment.Start();
        }

        public ScriptedServer Server { get; }

        public Deployment Deployment { get; }

        public ConcurrentQueue<TimeSpan> Checks { get; } = new();

        public ConcurrentQueue<TopologyEvent.HeartbeatFailed> Failures { get; } = new();

        // The clock runs ahead of the work by as much as the machine likes: what can be asserted is that nothing comes
        // too early, and that it comes.
        public async Task AdvanceUntilAsync(Func<bool> done)
        {
            while (!done())
            {
                Token.ThrowIfCancellationRequested();
                _clock.Advance(TimeSpan.FromMilliseconds(10));
                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Deployment.DisposeAsync();
            await Server.DisposeAsync();
            await _network.DisposeAsync();
        }

        private void Hear(TopologyEvent item)
        {
            if (item is TopologyEvent.HeartbeatStarted)
            {
                Checks.Enqueue(_clock.Elapsed);
            }
            else if (item is TopologyEvent.HeartbeatFailed failed)
            {
                Failures.Enqueue(failed);
            }
        }
    }
}

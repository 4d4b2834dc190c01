using System.Collections.Concurrent;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Pools;

/// <summary>200 callers at once on real threads, while connections fail and the pool is cleared and closed.</summary>
public sealed class PoolStressTests
{
    private const int Callers = 200;
    private const int CheckOutsEach = 150;
    private const int MaxPoolSize = 7;

    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_lost_shared_stale_or_too_many(int seed)
    {
        var run = new Run(seed);
        var callers = Enumerable.Range(0, Callers).Select(i => Task.Run(() => run.CallAsync(i))).ToArray();
        using var stop = new CancellationTokenSource();
        var troubles = Task.Run(() => run.TroubleAsync(stop.Token), TestContext.Current.CancellationToken);

        // Whoever is not served within a minute was forgotten.
        await Task.WhenAll(callers).WaitAsync(LongestRun, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await troubles;
        await run.Pool.CloseAsync().WaitAsync(LongestRun, TestContext.Current.CancellationToken);

        run.AssertOver();
    }

    [Fact]
    public async Task Closing_under_load_fails_everyone_and_leaves_nothing()
    {
        var run = new Run(4);
        var callers = Enumerable.Range(0, Callers).Select(i => Task.Run(() => run.CallAsync(i))).ToArray();
        while (run.Pool.Statistics.CheckedOut < 1000)
        {
            await Task.Yield();
        }

        await run.Pool.CloseAsync().WaitAsync(LongestRun, TestContext.Current.CancellationToken);
        await Task.WhenAll(callers).WaitAsync(LongestRun, TestContext.Current.CancellationToken);
        run.AssertOver();
    }

    private sealed class Run
    {
        private readonly int _seed;
        private readonly ConcurrentBag<StubChannel> _channels = [];
        private readonly ConcurrentDictionary<PooledConnection, int> _holders = [];
        private int _served;

        public Run(int seed)
        {
            _seed = seed;
            var options = PoolOptions.Specification with { MaxPoolSize = MaxPoolSize, MinPoolSize = 2 };
            Pool = new ConnectionPool(PoolBench.Address, options, OpenAsync, TimeProvider.System);
            Pool.Ready();
        }

        public ConnectionPool Pool { get; }

        public async Task CallAsync(int caller)
        {
            var random = new Random(_seed * 1000 + caller);
            for (var i = 0; i < CheckOutsEach; i++)
            {
                var generation = Pool.GetGeneration();
                using var cancellation = new CancellationTokenSource();
                var checkOut = Pool.TryCheckOutAsync(Deadline.Never, cancellation.Token).AsTask();
                if (random.Next(20) == 0)
                {
                    await cancellation.CancelAsync();
                }

                var result = await checkOut;
                if (result.Outcome == CheckOutOutcome.PoolClosed)
                {
                    return;
                }

                if (result.Outcome == CheckOutOutcome.PoolCleared)
                {
                    await Task.Yield();
                    continue;
                }

                if (result.Succeeded)
                {
                    await UseAsync(result.Connection, caller, generation, random);
                }
            }
        }

        public async Task TroubleAsync(CancellationToken stop)
        {
            var random = new Random(_seed);
            while (!stop.IsCancellationRequested)
            {
                for (var i = random.Next(200); i >= 0; i--)
                {
                    await Task.Yield();
                }

                Pool.Clear(null, interruptInUse: random.Next(4) == 0);
                Pool.Ready();
                var now = Pool.Statistics;
                Assert.InRange(now.Total, 0, MaxPoolSize);
                Assert.Equal(now.Total, now.Available + now.InUse + now.Pending);
            }
        }

        public void AssertOver()
        {
            var now = Pool.Statistics;
            Assert.Equal((0, 0, 0, 0), (now.Total, now.InUse, now.Pending, now.Waiting));
            Assert.True(_served > 0);
            Assert.All(_channels, static channel => Assert.True(channel.IsDisposed));
        }

        private async Task UseAsync(PooledConnection connection, int caller, int generation, Random random)
        {
            Assert.True(_holders.TryAdd(connection, caller), "two callers hold one connection");
            Assert.True(connection.Generation >= generation, "a stale connection was handed out");
            Assert.False(
                ((StubChannel)connection.Connection.Channel).IsDisposed,
                "a closed connection was handed out"
            );
            Interlocked.Increment(ref _served);
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }

            if (random.Next(25) == 0)
            {
                connection.Connection.Abort(new IOException("broken"));
            }

            Assert.True(_holders.TryRemove(connection, out _));
            connection.CheckIn();
        }

        private async ValueTask<ServerConnection> OpenAsync(long id, CancellationToken cancellationToken)
        {
            var random = new Random(unchecked(_seed + (int)id));
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (random.Next(10) == 0)
            {
                throw new ConnectionException(PoolBench.Address, ConnectionStage.Connect, "refused");
            }

            var channel = new StubChannel();
            _channels.Add(channel);
            return new ServerConnection(
                PoolBench.Address,
                id,
                channel,
                new HelloReply(new BsonDocument("ok", 1))
            );
        }
    }
}

using System.Diagnostics.Metrics;
using Weir.Pooling.Connections;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

#pragma warning disable CA2012 // The awaiter is driven by hand, so that the test allocates nothing either.

namespace Weir.Pooling.Tests.Pools;

public sealed class AllocationTests
{
    private const int Rounds = 10_000;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Checking_out_and_in_allocates_nothing_when_a_connection_is_available(
        bool isListenedTo,
        bool isCounted
    )
    {
        using var metrics = new PoolingMetrics();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        if (isListenedTo)
        {
            listener.EnableMeasurementEvents(metrics.WaitTime.Instrument);
            listener.EnableMeasurementEvents(metrics.UseTime.Instrument);
        }

        List<IDisposable> counting = isCounted ? [.. metrics.Durations.Select(d => d.Count())] : [];
        var pool = NewPool(metrics);
        CheckOutAndIn(pool, Rounds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        CheckOutAndIn(pool, Rounds);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(
            isCounted ? 2 * Rounds : 0,
            metrics.UseTime.Series.Sum(series => series.Counts.Read().Counts.Sum())
        );
        counting.ForEach(each => each.Dispose());
    }

    [Fact]
    public void Waiting_and_being_handed_a_connection_allocates_nothing()
    {
        var context = new Mailbox();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var pool = NewPool();
            var resumed = 0;
            Action resume = () => resumed++;
            HandOver(pool, context, resume);

            var allocated = GC.GetAllocatedBytesForCurrentThread();
            HandOver(pool, context, resume);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.Equal(0, allocated);
            Assert.Equal(2 * Rounds, resumed);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static ConnectionPool NewPool(PoolingMetrics? metrics = null)
    {
        var options = new PoolOptions
        {
            MaxPoolSize = 1,
            MinPoolSize = 0,
            WaitQueueTimeout = TimeSpan.FromMinutes(1),
        };
        var pool = new ConnectionPool(
            PoolBench.Address,
            options,
            static (id, _) => new(Open(id)),
            TimeProvider.System
        )
        {
            Timings = metrics?.TimingsOf(new PoolTags("main", null, PoolBench.Address), TimeProvider.System),
        };
        pool.Ready();
        return pool;
    }

    private static ServerConnection Open(long id) =>
        new(PoolBench.Address, id, new StubChannel(), new HelloReply(new BsonDocument("ok", 1)));

    private static void CheckOutAndIn(ConnectionPool pool, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            pool.CheckOutAsync().GetAwaiter().GetResult().CheckIn();
        }
    }

    private static void HandOver(ConnectionPool pool, Mailbox context, Action resume)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var holder = pool.CheckOutAsync().GetAwaiter().GetResult();
            var waiting = pool.CheckOutAsync().GetAwaiter();
            waiting.UnsafeOnCompleted(resume);
            holder.CheckIn();
            context.RunAll();
            waiting.GetResult().CheckIn();
        }
    }

    private sealed class Mailbox : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new(16);

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void RunAll()
        {
            while (_queue.TryDequeue(out var work))
            {
                work.Callback(work.State);
            }
        }
    }
}

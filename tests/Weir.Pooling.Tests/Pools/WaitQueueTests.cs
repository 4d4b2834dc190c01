using Weir.Pooling.Pools;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Pools;

public sealed class WaitQueueTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_connection_stays_on_its_loop_for_one_who_has_waited_nearly_as_long()
    {
        await using var network = LoopNetwork.Create(loops: 2);
        using var queue = new WaitQueue(_clock, () => { });
        Enqueue(queue, network.Loops[0]);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        var near = Enqueue(queue, network.Loops[1]);
        _clock.Advance(TimeSpan.FromMilliseconds(11));

        Assert.Same(near, queue.Dequeue(network.Loops[1]));
    }

    [Fact]
    public async Task A_connection_moves_to_a_loop_where_one_has_waited_twice_as_long()
    {
        await using var network = LoopNetwork.Create(loops: 2);
        using var queue = new WaitQueue(_clock, () => { });
        var far = Enqueue(queue, network.Loops[0]);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Enqueue(queue, network.Loops[1]);
        _clock.Advance(TimeSpan.FromMilliseconds(9));

        Assert.Same(far, queue.Dequeue(network.Loops[1]));
    }

    [Fact]
    public async Task Whoever_waits_is_served_in_order_where_the_loops_wait_alike()
    {
        await using var network = LoopNetwork.Create(loops: 2);
        using var queue = new WaitQueue(_clock, () => { });
        var first = Enqueue(queue, network.Loops[1]);
        var second = Enqueue(queue, network.Loops[1]);

        Assert.Same(first, queue.Dequeue(network.Loops[1]));
        Assert.Same(second, queue.Dequeue(network.Loops[0]));
    }

    private Waiter Enqueue(WaitQueue queue, EventLoop loop)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(loop);
        try
        {
            var waiter = Waiter.Rent(null!, _clock.GetTimestamp(), long.MaxValue, CancellationToken.None);
            queue.Enqueue(waiter);
            return waiter;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}

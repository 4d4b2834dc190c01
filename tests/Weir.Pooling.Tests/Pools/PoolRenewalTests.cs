using Weir.Pooling.Pools;

namespace Weir.Pooling.Tests.Pools;

public sealed class PoolRenewalTests
{
    [Fact]
    public async Task Renewing_closes_what_is_available_now_and_what_is_in_use_when_it_comes_back()
    {
        var bench = new PoolBench(PoolBench.Small);
        bench.Pool.Ready();
        var token = TestContext.Current.CancellationToken;
        var inUse = await bench.Pool.CheckOutAsync(cancellationToken: token);
        (await bench.Pool.CheckOutAsync(cancellationToken: token)).CheckIn();
        bench.TakeEvents();

        bench.Pool.Renew();
        Assert.Equal(["ConnectionClosed 2 Stale"], bench.TakeEvents());
        Assert.Equal(PoolState.Ready, bench.Pool.Statistics.State);

        inUse.CheckIn();
        Assert.Equal(["CheckedIn 1", "ConnectionClosed 1 Stale"], bench.TakeEvents());
        Assert.Equal(3, (await bench.Pool.CheckOutAsync(cancellationToken: token)).Id);
        Assert.Equal(2, bench.Pool.Statistics.ClosedAsStale);
    }

    [Fact]
    public async Task Who_waits_while_a_pool_is_renewed_gets_a_new_connection()
    {
        var bench = new PoolBench(PoolOptions.Specification with { MaxPoolSize = 1 });
        bench.Pool.Ready();
        var token = TestContext.Current.CancellationToken;
        var inUse = await bench.Pool.CheckOutAsync(cancellationToken: token);
        var waiting = bench.Pool.CheckOutAsync(cancellationToken: token).AsTask();

        bench.Pool.Renew();
        Assert.False(waiting.IsCompleted);

        inUse.CheckIn();
        Assert.Equal(2, (await waiting).Id);
    }

    [Fact]
    public async Task A_sink_that_does_not_want_check_outs_hears_only_of_connections()
    {
        var bench = new PoolBench(PoolBench.Small, wantsCheckOuts: false);
        bench.Pool.Ready();
        var connection = await bench.Pool.CheckOutAsync(
            cancellationToken: TestContext.Current.CancellationToken
        );
        connection.CheckIn();

        Assert.Equal(
            ["PoolCreated", "PoolReady", "ConnectionCreated 1", "ConnectionReady 1"],
            bench.TakeEvents()
        );
    }
}

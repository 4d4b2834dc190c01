using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Testing;

namespace Weir.Pooling.Tests.Pools;

/// <summary>Several pools under one cap.</summary>
public sealed class ConnectionBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_does_not_close_in_order_gives_its_permit_back()
    {
        var budget = new ConnectionBudget(most: 1, _clock);
        var (one, other) = (NewPool(budget), NewPool(budget));
        var used = await CheckOutAsync(one);
        var waiting = CheckOutAsync(other);
        Assert.Equal(1, budget.Waiting);

        PoolBench.ChannelOf(used).FailsToClose = true;
        used.CheckIn();

        (await waiting.WaitAsync(Patience, Token)).CheckIn();
        await one.CloseAsync();
        await other.CloseAsync();
        Assert.Equal(0, budget.Taken);
    }

    [Fact]
    public async Task A_pool_that_has_nothing_comes_before_one_that_waits_for_more()
    {
        var budget = new ConnectionBudget(most: 2, _clock);
        var (busy, other) = (NewPool(budget), NewPool(budget));
        var (first, second) = (await CheckOutAsync(busy), await CheckOutAsync(busy));
        var third = CheckOutAsync(busy);
        var waiting = CheckOutAsync(other);
        Assert.Equal(2, budget.Waiting);

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        first.CheckIn();

        var served = await waiting.WaitAsync(Patience, Token);
        Assert.False(third.IsCompleted);
        // One connection was asked for, and one is given: the second goes on serving its own pool.
        second.CheckIn();
        (await third).CheckIn();
        served.CheckIn();
        Assert.Equal((1, 0), (busy.Statistics.Evicted, other.Statistics.Evicted));
        await busy.CloseAsync();
        await other.CloseAsync();
        Assert.Equal((0, 0), (budget.Taken, budget.Waiting));
    }

    private ConnectionPool NewPool(ConnectionBudget budget)
    {
        var pool = new ConnectionPool(
            PoolBench.Address,
            new PoolOptions { MaxPoolSize = 10, MinPoolSize = 0 },
            static (id, _) =>
                new(
                    new ServerConnection(
                        PoolBench.Address,
                        id,
                        new StubChannel(),
                        new HelloReply(new BsonDocument("ok", 1))
                    )
                ),
            _clock,
            share: new BudgetShare(budget)
        );
        pool.Ready();
        return pool;
    }

    private static Task<PooledConnection> CheckOutAsync(ConnectionPool pool) =>
        pool.CheckOutAsync(cancellationToken: Token).AsTask();
}

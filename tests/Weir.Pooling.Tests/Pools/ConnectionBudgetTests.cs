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

using Weir.Proxy.Limits;
using Weir.Testing;

namespace Weir.Proxy.Tests.Limits;

public class ByteBudgetTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Whoever_came_first_gets_the_room_first()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(80));
        Task<bool> large = budget.TakeAsync(60, Long, _clock, TestContext.Current.CancellationToken).AsTask();
        Task<bool> small = budget.TakeAsync(10, Long, _clock, TestContext.Current.CancellationToken).AsTask();

        Assert.False(small.IsCompleted);
        Assert.False(budget.TryTake(1));
        Assert.Equal(2, budget.Waiting);

        budget.Return(80);
        Assert.True(await large);
        Assert.True(await small);
        Assert.Equal(70, budget.Used);
        Assert.Equal(0, budget.Waiting);
    }

    [Fact]
    public async Task Whoever_gives_up_lets_those_behind_go_on()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(50));
        Task<bool> large = budget.TakeAsync(60, Long, _clock, TestContext.Current.CancellationToken).AsTask();
        Task<bool> small = budget
            .TakeAsync(10, Long * 10, _clock, TestContext.Current.CancellationToken)
            .AsTask();

        _clock.Advance(Long);

        Assert.False(await large);
        Assert.True(await small);
        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task More_than_there_is_at_all_is_refused_at_once() =>
        Assert.False(
            await new ByteBudget(100).TakeAsync(101, Long, _clock, TestContext.Current.CancellationToken)
        );

    [Fact]
    public void What_has_arrived_counts_even_above_the_bound()
    {
        var budget = new ByteBudget(100);
        budget.Take(150);

        Assert.False(budget.TryTake(1));
        budget.Return(150);
        Assert.True(budget.TryTake(100));
    }

    [Fact]
    public async Task Nobody_is_forgotten_however_takes_and_returns_meet()
    {
        var budget = new ByteBudget(64);
        async Task Work(int seed)
        {
            var random = new Random(seed);
            for (int i = 0; i < 2_000; i++)
            {
                int bytes = random.Next(1, 64);
                Assert.True(
                    await budget.TakeAsync(
                        bytes,
                        TimeSpan.FromMinutes(1),
                        TimeProvider.System,
                        TestContext.Current.CancellationToken
                    )
                );
                Assert.InRange(budget.Used, bytes, 64);
                if (i % 16 == 0)
                    await Task.Yield();
                budget.Return(bytes);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => Work(seed))));

        Assert.Equal(0, budget.Used);
        Assert.Equal(0, budget.Waiting);
    }
}

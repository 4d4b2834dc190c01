using Weir.Testing;

namespace Weir.Pooling.Tests;

public sealed class ManualClockTests
{
    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times()
    {
        var clock = new ManualClock();
        var fired = new List<string>();
        using var late = clock.CreateTimer(
            _ => fired.Add($"late {clock.Elapsed.TotalSeconds}"),
            null,
            Seconds(3),
            Never
        );
        using var early = clock.CreateTimer(
            _ => fired.Add($"early {clock.Elapsed.TotalSeconds}"),
            null,
            Seconds(1),
            Never
        );

        clock.Advance(Seconds(5));

        Assert.Equal(["early 1", "late 3"], fired);
        Assert.Equal(Seconds(5), clock.Elapsed);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact]
    public void A_periodic_timer_fires_once_a_period()
    {
        var clock = new ManualClock();
        var count = 0;
        using var timer = clock.CreateTimer(_ => count++, null, Seconds(1), Seconds(2));

        clock.Advance(Seconds(6));

        Assert.Equal(3, count);
        Assert.Equal(Seconds(1), clock.UntilNextTimer);
    }

    [Fact]
    public async Task Delays_and_cancellations_of_the_framework_follow_it()
    {
        var clock = new ManualClock();
        using var cancellation = new CancellationTokenSource(Seconds(2), clock);
        var delay = Task.Delay(Seconds(1), clock, TestContext.Current.CancellationToken);

        clock.Advance(Seconds(1));
        await delay;
        Assert.False(cancellation.IsCancellationRequested);

        clock.Advance(Seconds(1));
        Assert.True(cancellation.IsCancellationRequested);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Never => Timeout.InfiniteTimeSpan;
}

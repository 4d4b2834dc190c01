using Weir.Sync.Runs;
using Weir.Sync.Sources;
using Weir.Testing;

namespace Weir.Sync.Tests.Runs;

/// <summary>How often, and after which pauses, a step is tried again.</summary>
public class RetryTests
{
    private readonly ManualClock _clock = new();
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task Pauses_double_up_to_fifteen_seconds_and_a_random_half_of_each_is_left_out()
    {
        var attempts = 0;
        var retry = Retry(TimeSpan.FromHours(1), jitter: 0);

        await AdvanceAsync(
            retry.RunAsync(
                _ => ++attempts < 12 ? throw Passing() : new ValueTask<int>(attempts),
                Stage.Ending
            )
        );

        int[] milliseconds = [50, 100, 200, 400, 800, 1600, 3200, 6400, 7500, 7500, 7500];
        Assert.Equal(milliseconds, _pauses.Select(p => (int)p.TotalMilliseconds));
        // The other end of what is random.
        _pauses.Clear();
        attempts = 10;
        await AdvanceAsync(
            Retry(TimeSpan.FromHours(1), jitter: 1)
                .RunAsync(_ => ++attempts < 12 ? throw Passing() : new ValueTask<int>(attempts), Stage.Ending)
        );
        Assert.Equal([TimeSpan.FromMilliseconds(100)], _pauses);
    }

    [Fact]
    public async Task What_a_source_asks_for_is_waited()
    {
        var attempts = 0;
        var asked = new SourceException("busy", isTransient: true) { RetryAfter = TimeSpan.FromSeconds(40) };

        await AdvanceAsync(
            Retry(TimeSpan.FromHours(1))
                .RunAsync(_ => ++attempts < 2 ? throw asked : new ValueTask<int>(attempts), Stage.Ending)
        );

        Assert.Equal([TimeSpan.FromSeconds(40)], _pauses);
    }

    [Fact]
    public async Task It_ends_with_the_failure_once_the_time_is_over()
    {
        var retry = Retry(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<SourceException>(() =>
            AdvanceAsync(retry.RunAsync<int>(_ => throw Passing(), Stage.Ending))
        );

        Assert.InRange(_clock.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task What_will_not_pass_is_not_tried_again()
    {
        await Assert.ThrowsAsync<SourceException>(() =>
            AdvanceAsync(
                Retry(TimeSpan.FromHours(1))
                    .RunAsync<int>(_ => throw new SourceException("gone"), Stage.Ending)
            )
        );

        Assert.Empty(_pauses);
    }

    private Retry Retry(TimeSpan limit, double jitter = 0.5) =>
        new(limit, _clock, () => jitter, (_, pause) => _pauses.Add(pause));

    private static SourceException Passing() => new("busy", isTransient: true);

    private async Task AdvanceAsync(ValueTask<int> running)
    {
        var task = running.AsTask();
        while (!task.IsCompleted)
        {
            if (_clock.UntilNextTimer is { } wait)
            {
                _clock.Advance(wait);
            }
            await Task.Yield();
        }
        await task;
    }
}

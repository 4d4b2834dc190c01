using Weir.Transport.Interop;
using Weir.Transport.Loops;

namespace Weir.Transport.Tests.Loops;

/// <summary>When a loop's thread lets others have the processor.</summary>
public sealed class YieldingTests
{
    private const double Short = 0.9;
    private const double Long = 1.1;

    private readonly Schedule _schedule = new();
    private long _now = 1_000;

    [Fact]
    public void It_yields_as_long_as_its_waits_are_short()
    {
        var yielding = new Yielding(_schedule, _now);

        Wait(yielding, Short, windows: 100);

        Assert.True(yielding.IsYielding);
        Assert.True(_schedule.Yields);
    }

    [Fact]
    public void It_stops_to_yield_when_it_is_kept_waiting_for_three_windows()
    {
        var yielding = new Yielding(_schedule, _now);
        Wait(yielding, Long, windows: 2);
        Assert.True(yielding.IsYielding);

        Wait(yielding, Long);

        Assert.False(yielding.IsYielding);
        Assert.False(_schedule.Yields);
    }

    [Fact]
    public void It_stops_to_yield_when_every_fourth_window_is_bad()
    {
        var yielding = new Yielding(_schedule, _now);
        for (var i = 0; i < 5; i++)
        {
            Wait(yielding, Long);
            Wait(yielding, Short, windows: 3);
        }

        Assert.False(yielding.IsYielding);
    }

    [Fact]
    public void A_bad_window_now_and_then_changes_nothing()
    {
        var yielding = new Yielding(_schedule, _now);
        for (var i = 0; i < 100; i++)
        {
            Wait(yielding, Long);
            Wait(yielding, Short, windows: 6);
        }

        Assert.True(yielding.IsYielding);
    }

    [Fact]
    public void A_thread_that_slept_has_not_waited()
    {
        var yielding = new Yielding(_schedule, _now);

        for (var i = 0; i < 10; i++)
        {
            _now += 60_000;
            yielding.Look(_now);
        }

        Assert.True(yielding.IsYielding);
    }

    [Fact]
    public void It_tries_again_after_pauses_that_get_longer()
    {
        var yielding = new Yielding(_schedule, _now);
        foreach (var pause in (long[])[10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000])
        {
            Wait(yielding, Long, windows: 3);
            Assert.False(yielding.IsYielding);

            _now += pause - 1;
            yielding.Look(_now);
            Assert.False(yielding.IsYielding);

            _now += 1;
            yielding.Look(_now);
            Assert.True(yielding.IsYielding);
        }
    }

    [Fact]
    public void After_a_good_while_the_first_pause_is_short_again()
    {
        var yielding = new Yielding(_schedule, _now);
        Wait(yielding, Long, windows: 3);
        _now += 10_000;
        yielding.Look(_now);
        Wait(yielding, Short, windows: 1_000);

        Wait(yielding, Long, windows: 3);
        _now += 10_000;
        yielding.Look(_now);

        Assert.True(yielding.IsYielding);
    }

    [Fact]
    public void It_never_yields_where_the_system_does_not_tell_how_long_it_waits()
    {
        _schedule.Tells = false;

        var yielding = new Yielding(_schedule, _now);
        Wait(yielding, Short);

        Assert.False(yielding.IsYielding);
        Assert.False(_schedule.Yields);
    }

    [Fact]
    public void The_systems_counts_are_the_calling_threads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        ThreadWaits first = default;
        ThreadWaits second = default;
        var read = false;
        var thread = new Thread(() =>
        {
            using var schedule = new ThreadSchedule();
            read = schedule.TryYield(true) && schedule.TryRead(out first);
            Thread.Sleep(1);
            read &= schedule.TryRead(out second) && schedule.TryYield(false);
        });
        thread.Start();
        thread.Join();

        Assert.True(read);
        Assert.InRange(second.Times, first.Times + 1, first.Times + 1_000);
        Assert.True(second.Milliseconds >= first.Milliseconds);
    }

    private void Wait(Yielding yielding, double mean, int windows = 1)
    {
        for (var i = 0; i < windows; i++)
        {
            const int Times = 20;
            _schedule.Waits = new(
                _schedule.Waits.Milliseconds + (Times * mean),
                _schedule.Waits.Times + Times
            );
            _now += Yielding.Window;
            yielding.Look(_now);
        }
    }

    private sealed class Schedule : IThreadSchedule
    {
        public bool Tells { get; set; } = true;

        public bool Yields { get; private set; }

        public ThreadWaits Waits { get; set; }

        public bool TryYield(bool yields)
        {
            Yields = yields;
            return true;
        }

        public bool TryRead(out ThreadWaits waits)
        {
            waits = Waits;
            return Tells;
        }
    }
}

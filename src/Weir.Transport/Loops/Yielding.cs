namespace Weir.Transport.Loops;

/// <summary>
/// Whether a loop's thread, when something wakes it, lets whoever has its processor go on (a batch thread does, to the
/// scheduler) or takes it. One thread.
/// </summary>
/// <remarks>
/// Yielding is worth a tenth where peers share the machine: they finish what they send, so that more has come when the
/// loop looks. But it also yields to a program that computes, for milliseconds at each exchange. So a loop that is kept
/// waiting stops to yield, and tries again after a pause, which gets longer each time that it was in vain.
/// </remarks>
internal sealed class Yielding
{
    /// <summary>In milliseconds, as all times here: how long it looks at once.</summary>
    public const long Window = 50;

    /// <summary>
    /// A mean wait for the processor up to here is its peers at work, most of the time: so one longer wait proves nothing.
    /// </summary>
    public const double LongestWait = 1;

    /// <summary>So many windows with short waits make up for one with long ones.</summary>
    public const int GoodForBad = 6;

    /// <summary>Windows with long waits that nothing made up for, at which it stops to yield.</summary>
    public const int BadWindows = 3;

    public const long FirstPause = 10_000;
    public const long LongestPause = 600_000;

    private readonly IThreadSchedule _schedule;
    private ThreadWaits _before;
    private int _debt;
    private long _lookAt;
    private long _pause = FirstPause;
    private long _began;

    public Yielding(IThreadSchedule schedule, long now)
    {
        _schedule = schedule;
        Begin(now);
    }

    public bool IsYielding { get; private set; }

    /// <summary>Looks how long it has waited. Cheap: mostly it is too early to.</summary>
    public void Look(long now)
    {
        if (now < _lookAt)
        {
            return;
        }

        if (!IsYielding)
        {
            Begin(now);
            return;
        }

        _lookAt = now + Window;
        if (!_schedule.TryRead(out var waits) || IsTooMuch(waits))
        {
            End(now);
        }
    }

    private bool IsTooMuch(ThreadWaits waits)
    {
        var times = waits.Times - _before.Times;
        var waited = waits.Milliseconds - _before.Milliseconds;
        _before = waits;
        _debt = waited > LongestWait * times ? _debt + GoodForBad : Math.Max(0, _debt - 1);
        return _debt > GoodForBad * (BadWindows - 1);
    }

    private void Begin(long now)
    {
        _began = now;
        _debt = 0;
        _lookAt = now + Window;
        IsYielding = _schedule.TryRead(out _before) && _schedule.TryYield(true);
        if (!IsYielding)
        {
            // Without these counts nobody would know when to stop.
            _lookAt = long.MaxValue;
        }
    }

    private void End(long now)
    {
        // After a good long while it is not the same neighbour.
        _pause = now - _began > _pause ? FirstPause : _pause;
        _lookAt = now + _pause;
        _pause = Math.Min(2 * _pause, LongestPause);
        IsYielding = false;
        _schedule.TryYield(false);
    }
}

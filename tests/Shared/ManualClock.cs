namespace Weir.Testing;

/// <summary>
/// A clock that moves only when a test says so. Timers that come due are called on the thread that advances it,
/// in the order of their due times, with the clock standing at exactly that time. Thread-safe.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly DateTimeOffset _start;
    private long _ticks;
    private long _order;

    public ManualClock()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    public ManualClock(DateTimeOffset start) => _start = start;

    /// <summary>A timestamp is a tick of 100 ns since the start.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Time passed since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    /// <summary>Timers that will fire if the clock moves far enough.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>Armed timers that fire only when the clock moves at least this far.</summary>
    public int ArmedBeyond(TimeSpan distance)
    {
        lock (_gate)
        {
            return _armed.Count(t => t.Due - _ticks >= distance.Ticks);
        }
    }

    /// <summary>How far away the next timer is; <see langword="null"/> when none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count == 0 ? null : TimeSpan.FromTicks(Next_NeedsLock().Due - _ticks);
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and calls the timers that come due on the way, also those armed meanwhile.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Volatile.Read(ref _ticks) + by.Ticks;
        while (true)
        {
            ManualTimer timer;
            lock (_gate)
            {
                if (_armed.Count == 0 || Next_NeedsLock().Due > target)
                {
                    Volatile.Write(ref _ticks, Math.Max(_ticks, target));
                    return;
                }

                timer = Next_NeedsLock();
                Volatile.Write(ref _ticks, Math.Max(_ticks, timer.Due));
                timer.Rearm_NeedsLock();
            }

            // Outside the lock: a callback may arm timers, or read the clock from another thread and wait.
            timer.Fire();
        }
    }

    private ManualTimer Next_NeedsLock() => _armed.MinBy(static t => (t.Due, t.Order))!;

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _period;
        private bool _disposed;

        public long Due { get; private set; }

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                clock._armed.Remove(this);
                _period = period <= TimeSpan.Zero ? 0 : period.Ticks;
                if (dueTime >= TimeSpan.Zero)
                {
                    Arm_NeedsLock(clock._ticks + dueTime.Ticks);
                }

                return true;
            }
        }

        public void Rearm_NeedsLock()
        {
            clock._armed.Remove(this);
            if (_period > 0)
            {
                Arm_NeedsLock(Due + _period);
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm_NeedsLock(long due)
        {
            Due = due;
            Order = clock._order++;
            clock._armed.Add(this);
        }
    }
}

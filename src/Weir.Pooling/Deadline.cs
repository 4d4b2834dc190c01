namespace Weir.Pooling;

/// <summary>
/// The moment by which something must have happened, made once at the edge and handed down. The default value is
/// no deadline of the caller's: whoever receives it uses its own setting.
/// </summary>
public readonly record struct Deadline
{
    private readonly long _timestamp;

    private Deadline(long timestamp) => _timestamp = timestamp;

    /// <summary>A deadline that never comes.</summary>
    public static Deadline Never => new(long.MaxValue);

    /// <summary>Whether the caller gave none.</summary>
    public bool IsUnset => _timestamp == 0;

    /// <summary>The deadline that is <paramref name="timeout"/> from now; infinite or longer than a century: never.</summary>
    public static Deadline After(TimeSpan timeout, TimeProvider clock)
    {
        if (timeout == Timeout.InfiniteTimeSpan || timeout.TotalDays > 36_500)
        {
            return Never;
        }

        var ticks = (long)(Math.Max(0, timeout.TotalSeconds) * clock.TimestampFrequency);
        var timestamp = clock.GetTimestamp() + ticks;
        return new(timestamp == 0 ? -1 : timestamp);
    }

    /// <summary>Whether it has come.</summary>
    public bool HasPassed(TimeProvider clock) =>
        _timestamp is not (0 or long.MaxValue) && clock.GetTimestamp() >= _timestamp;

    /// <summary>
    /// The time that is left, never negative; <see cref="Timeout.InfiniteTimeSpan"/> when there is no deadline.
    /// </summary>
    public TimeSpan Remaining(TimeProvider clock)
    {
        if (_timestamp is 0 or long.MaxValue)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = clock.GetElapsedTime(clock.GetTimestamp(), _timestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The clock's timestamp at which it comes; <see cref="long.MaxValue"/> when it never does.</summary>
    internal long Timestamp => _timestamp == 0 ? long.MaxValue : _timestamp;
}

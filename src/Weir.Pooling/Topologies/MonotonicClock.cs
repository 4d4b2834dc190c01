namespace Weir.Pooling.Topologies;

/// <summary>A clock's monotonic time as a span from no particular beginning.</summary>
internal static class MonotonicClock
{
    public static TimeSpan Now(TimeProvider time) => time.GetElapsedTime(0, time.GetTimestamp());
}

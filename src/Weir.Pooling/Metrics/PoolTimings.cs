using Weir.Pooling.Pools;

namespace Weir.Pooling.Metrics;

/// <summary>
/// What one pool's connections took: waiting for one, using one, creating one. Every method costs a comparison or two
/// while nobody wants to know, and looks at the clock once while somebody does. Thread-safe; never called under the
/// pool's lock.
/// </summary>
internal sealed class PoolTimings(PoolingMetrics metrics, PoolTags tags, TimeProvider clock)
{
    private readonly DurationSeries _waits = metrics.WaitTime.SeriesOf(tags.Plain);
    private readonly DurationSeries _uses = metrics.UseTime.SeriesOf(tags.Plain);
    private readonly DurationSeries _creations = metrics.CreateTime.SeriesOf(tags.Plain);

    /// <summary>A check-out found a connection at once.</summary>
    public void CheckedOut(PooledConnection connection)
    {
        if (metrics.WaitTime.IsOn)
        {
            _waits.Record(TimeSpan.Zero);
        }

        connection.CheckedOutAt = metrics.UseTime.IsOn ? clock.GetTimestamp() : 0;
    }

    /// <summary>A check-out got its connection after a wait.</summary>
    public void CheckedOut(PooledConnection connection, long started)
    {
        var (isWaitOn, isUseOn) = (metrics.WaitTime.IsOn, metrics.UseTime.IsOn);
        var now = isWaitOn || isUseOn ? clock.GetTimestamp() : 0;
        if (isWaitOn)
        {
            _waits.Record(clock.GetElapsedTime(started, now));
        }

        connection.CheckedOutAt = isUseOn ? now : 0;
    }

    /// <summary>A connection is about to be checked in.</summary>
    public void CheckingIn(PooledConnection connection)
    {
        if (connection.CheckedOutAt != 0 && metrics.UseTime.IsOn)
        {
            _uses.Record(clock.GetElapsedTime(connection.CheckedOutAt));
        }
    }

    /// <summary>A connection was established.</summary>
    public void Established(PooledConnection connection)
    {
        if (metrics.CreateTime.IsOn)
        {
            _creations.Record(clock.GetElapsedTime(connection.CreatedAt));
        }
    }
}

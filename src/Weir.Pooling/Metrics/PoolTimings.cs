using Weir.Pooling.Pools;

namespace Weir.Pooling.Metrics;

/// <summary>
/// What one pool's connections took: waiting for one, using one, creating one. Every method costs one comparison
/// while nobody listens. Thread-safe; never called under the pool's lock.
/// </summary>
internal sealed class PoolTimings(PoolingMetrics metrics, PoolTags tags, TimeProvider clock)
{
    /// <summary>A check-out found a connection at once.</summary>
    public void CheckedOut(PooledConnection connection)
    {
        if (metrics.WaitTime.Enabled)
        {
            metrics.WaitTime.Record(0, tags.Plain);
        }

        Begin(connection);
    }

    /// <summary>A check-out got its connection after a wait.</summary>
    public void CheckedOut(PooledConnection connection, long started)
    {
        if (metrics.WaitTime.Enabled)
        {
            metrics.WaitTime.Record(clock.GetElapsedTime(started).TotalSeconds, tags.Plain);
        }

        Begin(connection);
    }

    /// <summary>A connection is about to be checked in.</summary>
    public void CheckingIn(PooledConnection connection)
    {
        if (connection.CheckedOutAt != 0 && metrics.UseTime.Enabled)
        {
            metrics.UseTime.Record(clock.GetElapsedTime(connection.CheckedOutAt).TotalSeconds, tags.Plain);
        }
    }

    /// <summary>A connection was established.</summary>
    public void Established(PooledConnection connection)
    {
        if (metrics.CreateTime.Enabled)
        {
            metrics.CreateTime.Record(clock.GetElapsedTime(connection.CreatedAt).TotalSeconds, tags.Plain);
        }
    }

    private void Begin(PooledConnection connection) =>
        connection.CheckedOutAt = metrics.UseTime.Enabled ? clock.GetTimestamp() : 0;
}

namespace Weir.Pooling.Pools;

/// <summary>
/// What a connection pool keeps to. The defaults are Weir's, which are small; <see cref="Specification"/> has
/// those that MongoDB's drivers use.
/// </summary>
public sealed record PoolOptions
{
    /// <summary>The defaults of the connection pooling specification: 100 connections at most, none at least.</summary>
    public static PoolOptions Specification { get; } =
        new()
        {
            MaxPoolSize = 100,
            MinPoolSize = 0,
            MaxIdleTime = TimeSpan.Zero,
        };

    /// <summary>Connections at most, in use, available and pending together (<c>maxPoolSize</c>); 0: no limit.</summary>
    public int MaxPoolSize { get; init; } = 10;

    /// <summary>Connections at least, made in the background while the pool is ready (<c>minPoolSize</c>).</summary>
    public int MinPoolSize { get; init; } = 2;

    /// <summary>How long a connection may be available before it is closed (<c>maxIdleTimeMS</c>); zero: no limit.</summary>
    public TimeSpan MaxIdleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections that may be pending at a time (<c>maxConnecting</c>); at least 1.</summary>
    public int MaxConnecting { get; init; } = 2;

    /// <summary>
    /// How long a check-out may wait in the queue (<c>waitQueueTimeoutMS</c>) when the caller gives no deadline;
    /// zero: no limit. The time that its own new connection takes is not part of it.
    /// </summary>
    public TimeSpan WaitQueueTimeout { get; init; }

    /// <summary>Check-outs that may wait at a time; more fail at once. Default 10,000.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>
    /// The time between two looks for idle, stale and dead available connections, which is also the delay before
    /// the background tries again after it failed to make a connection. <see langword="null"/>: a quarter of
    /// <see cref="MaxIdleTime"/>, between 0.1 and 10 s. <see cref="Timeout.InfiniteTimeSpan"/>: the background does
    /// nothing at all.
    /// </summary>
    public TimeSpan? MaintenanceInterval { get; init; }

    /// <summary>Whether generations are kept per service, as behind a load balancer (<c>loadBalanced</c>).</summary>
    public bool LoadBalanced { get; init; }

    internal bool HasBackground => MaintenanceInterval != Timeout.InfiniteTimeSpan;

    internal TimeSpan EffectiveMaintenanceInterval
    {
        get
        {
            if (MaintenanceInterval is { } interval)
            {
                return interval;
            }

            return MaxIdleTime > TimeSpan.Zero
                ? TimeSpan.FromMilliseconds(Math.Clamp(MaxIdleTime.TotalMilliseconds / 4, 100, 10_000))
                : TimeSpan.FromSeconds(10);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        Check(MaxPoolSize >= 0, "maxPoolSize", MaxPoolSize, "must be 0 (no limit) or more");
        Check(MinPoolSize >= 0, "minPoolSize", MinPoolSize, "must be 0 or more");
        Check(
            MaxPoolSize == 0 || MinPoolSize <= MaxPoolSize,
            "minPoolSize",
            MinPoolSize,
            $"must not be more than maxPoolSize, which is {MaxPoolSize}"
        );
        Check(MaxIdleTime >= TimeSpan.Zero, "maxIdleTimeMS", MaxIdleTime, "must be 0 (no limit) or more");
        Check(MaxConnecting > 0, "maxConnecting", MaxConnecting, "must be at least 1");
        Check(
            WaitQueueTimeout >= TimeSpan.Zero,
            "waitQueueTimeoutMS",
            WaitQueueTimeout,
            "must be 0 (no limit) or more"
        );
        Check(MaxWaiting > 0, "maxWaiting", MaxWaiting, "must be at least 1");
    }

    private static void Check(bool valid, string name, object value, string rule)
    {
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} {rule}");
        }
    }
}

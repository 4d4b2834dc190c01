using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Dns;
using Weir.Pooling.Events;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;

namespace Weir.Pooling;

/// <summary>
/// What a <see cref="Deployment"/> keeps to beside its connection string. An option that the string has wins over
/// the default here.
/// </summary>
public sealed record DeploymentOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The pools' options where the connection string says nothing; small by default.</summary>
    public PoolOptions Pool { get; init; } = new();

    /// <summary>
    /// How long a selection waits for a suitable server where the connection string says nothing
    /// (<c>serverSelectionTimeoutMS</c>).
    /// </summary>
    public TimeSpan ServerSelectionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Looks up <c>mongodb+srv://</c> names; <see langword="null"/>: the name servers of <c>/etc/resolv.conf</c> are
    /// asked.
    /// </summary>
    public ISrvResolver? SrvResolver { get; init; }

    /// <summary>Hears of every step of discovery and monitoring, one at a time and under no lock. Be quick.</summary>
    public Action<TopologyEvent>? TopologyEvents { get; init; }

    /// <summary>Hears of every step of the pools.</summary>
    public IPoolEventSink? PoolEvents { get; init; }

    /// <summary>What metrics call the deployment; default "default".</summary>
    public string Name { get; init; } = "default";

    /// <summary>Measures the pools; several deployments may share one. <see langword="null"/>: nobody does.</summary>
    public PoolingMetrics? Metrics { get; init; }

    /// <summary>Caps the connections together with those of other deployments.</summary>
    internal BudgetShare? Share { get; init; }

    /// <summary>The pool options that come of the defaults and the connection string.</summary>
    internal PoolOptions PoolOptionsFor(ConnectionString connectionString)
    {
        var max = connectionString.MaxPoolSize ?? Pool.MaxPoolSize;
        var min = connectionString.MinPoolSize ?? Pool.MinPoolSize;
        return Pool with
        {
            MaxPoolSize = max,
            // A default minimum never contradicts a maximum that was written.
            MinPoolSize = connectionString.MinPoolSize is null && max > 0 ? Math.Min(min, max) : min,
            MaxIdleTime = connectionString.MaxIdleTime ?? Pool.MaxIdleTime,
            MaxConnecting = connectionString.MaxConnecting ?? Pool.MaxConnecting,
            WaitQueueTimeout = connectionString.WaitQueueTimeout ?? Pool.WaitQueueTimeout,
            LoadBalanced = connectionString.LoadBalanced ?? false,
        };
    }
}

using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;

namespace Weir.Pooling;

/// <summary>What a connection string and the options come to, defaults filled in and contradictions refused.</summary>
internal sealed record DeploymentSettings
{
    public required TopologyDescription InitialTopology { get; init; }

    public required ConnectionSettings Connections { get; init; }

    public required PoolOptions Pool { get; init; }

    public required MonitorSettings Monitor { get; init; }

    public required TimeSpan ServerSelectionTimeout { get; init; }

    public required TimeSpan LocalThreshold { get; init; }

    public required DeploymentOptions Options { get; init; }

    public bool IsLoadBalanced => InitialTopology.Type == TopologyType.LoadBalanced;

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static DeploymentSettings From(ConnectionString connectionString, DeploymentOptions options)
    {
        // A name that is not resolved yet says nothing for sure: neither which servers nor of what kind.
        var isUnresolved = connectionString.IsSrv && connectionString.Hosts.Count == 0;
        return new DeploymentSettings
        {
            InitialTopology = isUnresolved
                ? TopologyDescription.Empty
                : TopologyDescription.Initial(
                    connectionString.Hosts,
                    connectionString.ReplicaSet,
                    connectionString.DirectConnection ?? false,
                    connectionString.LoadBalanced ?? false
                ),
            Connections = ConnectionSettings.From(connectionString),
            Pool = options.PoolOptionsFor(connectionString),
            Monitor = MonitorSettings.From(connectionString),
            ServerSelectionTimeout =
                connectionString.ServerSelectionTimeout ?? options.ServerSelectionTimeout,
            LocalThreshold = connectionString.LocalThreshold ?? TimeSpan.FromMilliseconds(15),
            Options = options,
        };
    }
}

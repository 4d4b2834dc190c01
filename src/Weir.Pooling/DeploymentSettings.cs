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

    /// <exception cref="NotSupportedException">The connection string asks for what is not there yet.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static DeploymentSettings From(ConnectionString connectionString, DeploymentOptions options)
    {
        if (connectionString.IsSrv && connectionString.Hosts.Count == 0)
        {
            throw new NotSupportedException(
                $"'{connectionString}': mongodb+srv:// is not resolved by this version of Weir; "
                    + "write the hosts themselves, as mongodb://host1,host2/?replicaSet=..."
            );
        }
        return new DeploymentSettings
        {
            InitialTopology = TopologyDescription.Initial(
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

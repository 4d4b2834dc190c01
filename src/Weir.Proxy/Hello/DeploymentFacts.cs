using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Hello;

/// <summary>What Weir's hello says of the deployment behind it: what all its servers can do.</summary>
internal sealed record DeploymentFacts
{
    /// <summary>Said while no server has been seen: MongoDB 7.0, which every current driver accepts.</summary>
    public static DeploymentFacts Default { get; } = new();

    /// <summary>Whether a server has been seen at all.</summary>
    public bool IsKnown { get; init; }

    public bool IsStandalone { get; init; }

    public int MaxWireVersion { get; init; } = 21;

    public int MaxBsonObjectSize { get; init; } = 16 * 1024 * 1024;

    public int MaxMessageSizeBytes { get; init; } = 48_000_000;

    public int MaxWriteBatchSize { get; init; } = 100_000;

    public int? LogicalSessionTimeoutMinutes { get; init; } = 30;

    /// <summary>The least that all servers seen can do; <see langword="null"/> when none has been seen.</summary>
    public static DeploymentFacts? Of(TopologyDescription topology)
    {
        DeploymentFacts? facts = null;
        foreach (ServerDescription server in topology.Servers)
        {
            if (!server.IsDataBearing)
                continue;
            facts = facts is null ? Default with { IsKnown = true, MaxWireVersion = int.MaxValue } : facts;
            facts = facts with
            {
                MaxWireVersion = Math.Min(facts.MaxWireVersion, server.MaxWireVersion),
                MaxBsonObjectSize = Least(facts.MaxBsonObjectSize, server, "maxBsonObjectSize"),
                MaxMessageSizeBytes = Least(facts.MaxMessageSizeBytes, server, "maxMessageSizeBytes"),
                MaxWriteBatchSize = Least(facts.MaxWriteBatchSize, server, "maxWriteBatchSize"),
            };
        }
        return facts is null
            ? null
            : facts with
            {
                // A load balancer is not looked behind: there, sessions are always supported.
                MaxWireVersion =
                    topology.Type == TopologyType.LoadBalanced
                        ? Default.MaxWireVersion
                        : facts.MaxWireVersion,
                LogicalSessionTimeoutMinutes =
                    topology.Type == TopologyType.LoadBalanced ? 30 : topology.LogicalSessionTimeoutMinutes,
                IsStandalone = topology.Servers.Any(s => s.Type == ServerType.Standalone),
            };
    }

    private static int Least(int soFar, ServerDescription server, string field) =>
        server.Reply?.GetValueOrDefault(field) is { IsNumber: true } value
            ? Math.Min(soFar, value.ToInt32())
            : soFar;
}

namespace Weir.Pooling.Topologies;

/// <summary>What a deployment is known to be (SDAM's TopologyType).</summary>
public enum TopologyType
{
    /// <summary>Nothing is known yet.</summary>
    Unknown = 0,

    /// <summary>One server, whatever it is: a direct connection or a standalone.</summary>
    Single,

    /// <summary>A replica set whose primary is not known.</summary>
    ReplicaSetNoPrimary,

    /// <summary>A replica set whose primary is known.</summary>
    ReplicaSetWithPrimary,

    /// <summary>A sharded cluster's routers.</summary>
    Sharded,

    /// <summary>Servers behind a load balancer; nothing is monitored.</summary>
    LoadBalanced,
}

namespace Weir.Pooling.Topologies;

/// <summary>What a server said it is (SDAM's ServerType).</summary>
public enum ServerType
{
    /// <summary>Not checked yet, or the last check failed.</summary>
    Unknown = 0,

    /// <summary>Not checked yet, but another member believes that it is the primary. Treated like Unknown.</summary>
    PossiblePrimary,

    /// <summary>A server of its own, in no replica set.</summary>
    Standalone,

    /// <summary>A router of a sharded cluster.</summary>
    Mongos,

    /// <summary>The replica set member that takes writes.</summary>
    RSPrimary,

    /// <summary>A readable replica set member.</summary>
    RSSecondary,

    /// <summary>A replica set member without data.</summary>
    RSArbiter,

    /// <summary>A hidden, starting or recovering replica set member.</summary>
    RSOther,

    /// <summary>A member without a replica set configuration.</summary>
    RSGhost,

    /// <summary>The load balancer that the connection string's loadBalanced=true promises.</summary>
    LoadBalancer,
}

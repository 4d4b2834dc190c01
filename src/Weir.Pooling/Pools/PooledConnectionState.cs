namespace Weir.Pooling.Pools;

/// <summary>The states of a connection in its pool, in the specification's words.</summary>
public enum PooledConnectionState
{
    /// <summary>Created, not established yet.</summary>
    Pending,

    /// <summary>Established and waiting in the pool.</summary>
    Available,

    /// <summary>Checked out.</summary>
    InUse,

    /// <summary>Removed from the pool; its socket is closed or about to be.</summary>
    Closed,
}

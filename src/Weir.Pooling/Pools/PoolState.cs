namespace Weir.Pooling.Pools;

/// <summary>The states of a connection pool.</summary>
public enum PoolState
{
    /// <summary>As created, and after a clear: nothing is checked out, nothing is created.</summary>
    Paused,

    /// <summary>The server is known to be there: check-outs are served and the pool is populated.</summary>
    Ready,

    /// <summary>Closed for good.</summary>
    Closed,
}

namespace Weir.Pooling.Events;

/// <summary>Why a pool closed a connection.</summary>
public enum ConnectionCloseReason
{
    /// <summary>The pool was cleared, making the connection no longer valid.</summary>
    Stale,

    /// <summary>It was available for longer than <c>maxIdleTimeMS</c>.</summary>
    Idle,

    /// <summary>It failed, or could not be established.</summary>
    Error,

    /// <summary>The pool was closed.</summary>
    PoolClosed,

    /// <summary>It made room for another pool under the same budget.</summary>
    Evicted,
}

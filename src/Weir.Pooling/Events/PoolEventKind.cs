namespace Weir.Pooling.Events;

/// <summary>What happened in a connection pool; named after the specification's events.</summary>
public enum PoolEventKind
{
    /// <summary>The pool was created, paused. Has options.</summary>
    PoolCreated,

    /// <summary>The pool may check out and populate.</summary>
    PoolReady,

    /// <summary>The generation advanced: what was there is stale. Has the service, the interruption flag, the error.</summary>
    PoolCleared,

    /// <summary>The pool was closed for good.</summary>
    PoolClosed,

    /// <summary>A pending connection was added. Has its id.</summary>
    ConnectionCreated,

    /// <summary>A pending connection is established. Has its id and how long it took.</summary>
    ConnectionReady,

    /// <summary>A connection was removed. Has its id, the reason, and the error if there was one.</summary>
    ConnectionClosed,

    /// <summary>A check-out began.</summary>
    CheckOutStarted,

    /// <summary>A check-out failed. Has the reason, how long it took, and the error if there was one.</summary>
    CheckOutFailed,

    /// <summary>A check-out succeeded. Has the connection's id and how long it took.</summary>
    CheckedOut,

    /// <summary>A connection was checked in. Has its id.</summary>
    CheckedIn,
}

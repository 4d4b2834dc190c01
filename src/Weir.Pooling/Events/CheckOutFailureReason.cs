namespace Weir.Pooling.Events;

/// <summary>Why a check-out failed, in the specification's three words.</summary>
public enum CheckOutFailureReason
{
    /// <summary>The pool was closed.</summary>
    PoolClosed,

    /// <summary>No connection came within the wait queue's timeout.</summary>
    Timeout,

    /// <summary>
    /// The connection could not be established, or the pool was paused or cleared, or the wait queue was full, or
    /// the caller cancelled.
    /// </summary>
    ConnectionError,
}

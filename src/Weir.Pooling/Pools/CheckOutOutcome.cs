namespace Weir.Pooling.Pools;

/// <summary>How a check-out ended.</summary>
public enum CheckOutOutcome
{
    /// <summary>With a connection.</summary>
    CheckedOut,

    /// <summary>No connection came within the deadline.</summary>
    TimedOut,

    /// <summary>The wait queue was full.</summary>
    QueueFull,

    /// <summary>The pool is paused: it was cleared, or has not become ready yet.</summary>
    PoolCleared,

    /// <summary>The pool is closed.</summary>
    PoolClosed,

    /// <summary>The connection that was made for it could not be established.</summary>
    EstablishmentFailed,

    /// <summary>The caller's token was cancelled.</summary>
    Canceled,
}

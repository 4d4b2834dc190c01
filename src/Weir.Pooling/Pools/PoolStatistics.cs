using Weir.Pooling.Events;

namespace Weir.Pooling.Pools;

/// <summary>A pool as it stood at one moment, and what it has done since it was created.</summary>
public readonly record struct PoolStatistics
{
    /// <summary>The pool's state.</summary>
    public required PoolState State { get; init; }

    /// <summary>The pool's generation: how often it was cleared.</summary>
    public required int Generation { get; init; }

    /// <summary>Connections: available, in use and pending.</summary>
    public required int Total { get; init; }

    /// <summary>Connections that wait to be checked out.</summary>
    public required int Available { get; init; }

    /// <summary>Connections that are checked out.</summary>
    public required int InUse { get; init; }

    /// <summary>Connections that are checked out for cursors, where who has them said so.</summary>
    public int UsedByCursors { get; init; }

    /// <summary>Connections that are checked out for transactions, where who has them said so.</summary>
    public int UsedByTransactions { get; init; }

    /// <summary>Connections that are being established.</summary>
    public required int Pending { get; init; }

    /// <summary>Check-outs in the wait queue.</summary>
    public required int Waiting { get; init; }

    /// <summary>Connections created.</summary>
    public required long Created { get; init; }

    /// <summary>Connections closed.</summary>
    public required long Closed { get; init; }

    /// <summary>Of these: closed because the pool was cleared.</summary>
    public long ClosedAsStale { get; init; }

    /// <summary>Of these: closed because they had been available for longer than <c>maxIdleTimeMS</c>.</summary>
    public long ClosedAsIdle { get; init; }

    /// <summary>Of these: closed because they had failed, or could not be established.</summary>
    public long ClosedByError { get; init; }

    /// <summary>Check-outs that succeeded.</summary>
    public required long CheckedOut { get; init; }

    /// <summary>Check-outs that found no available connection and had to wait.</summary>
    public required long Waited { get; init; }

    /// <summary>Check-outs that failed, for any reason.</summary>
    public required long Failed { get; init; }

    /// <summary>Check-outs that failed because their time in the wait queue ran out.</summary>
    public required long TimedOut { get; init; }

    /// <summary>Check-outs that failed because the wait queue was full.</summary>
    public required long Refused { get; init; }

    /// <summary>Of these: closed to make room for another pool under the same budget.</summary>
    public long Evicted { get; init; }

    internal long ClosedFor(ConnectionCloseReason reason) =>
        reason switch
        {
            ConnectionCloseReason.Stale => ClosedAsStale,
            ConnectionCloseReason.Idle => ClosedAsIdle,
            ConnectionCloseReason.Error => ClosedByError,
            ConnectionCloseReason.Evicted => Evicted,
            _ => Closed - ClosedAsStale - ClosedAsIdle - ClosedByError - Evicted,
        };
}

using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Events;

/// <summary>
/// One step in the life of a pool or of a connection in it. A value: nothing is allocated to tell of it.
/// Which properties are meaningful depends on <see cref="Kind"/>.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Address">The server that the pool connects to.</param>
public readonly record struct PoolEvent(PoolEventKind Kind, ServerAddress Address)
{
    /// <summary>The connection's id within its pool, from 1; 0 where the event is about no connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>How long the check-out or the establishment took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why the connection was closed.</summary>
    public ConnectionCloseReason CloseReason { get; init; }

    /// <summary>Why the check-out failed.</summary>
    public CheckOutFailureReason FailureReason { get; init; }

    /// <summary>The service that was cleared, in load-balanced mode.</summary>
    public ObjectId? ServiceId { get; init; }

    /// <summary>Whether the clear interrupts connections that are in use.</summary>
    public bool InterruptInUseConnections { get; init; }

    /// <summary>The options of the pool that was created.</summary>
    public PoolOptions? Options { get; init; }

    /// <summary>What went wrong, where something did.</summary>
    public Exception? Error { get; init; }
}

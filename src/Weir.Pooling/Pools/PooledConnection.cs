using System.Diagnostics;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// A pool's record of one connection: its identity, generation and state. Whoever checked it out owns it until it
/// is checked in, uses it for one exchange at a time, and must not touch it afterwards.
/// </summary>
public sealed class PooledConnection
{
    internal PooledConnection(ConnectionPool pool, long id, Generation generation, long createdAt)
    {
        Pool = pool;
        Id = id;
        Family = generation;
        Generation = generation.Current;
        CreatedAt = createdAt;
    }

    /// <summary>The connection's number within its pool: 1, 2, 3, in the order of creation.</summary>
    public long Id { get; }

    /// <summary>The server that it is connected to.</summary>
    public ServerAddress Address => Pool.Address;

    /// <summary>The established connection.</summary>
    public ServerConnection Connection
    {
        get
        {
            Debug.Assert(
                Established is not null,
                "a connection is seen outside its pool only once established"
            );
            return Established;
        }
    }

    /// <summary>The pool's generation when the connection was made (its service's, behind a load balancer).</summary>
    public int Generation { get; private set; }

    /// <summary>The service behind a load balancer that the connection reached.</summary>
    public ObjectId? ServiceId => Family.ServiceId;

    /// <summary>Checks the connection in; the same as <see cref="ConnectionPool.CheckIn"/>.</summary>
    public void CheckIn()
    {
        Purpose = ConnectionPurpose.Other;
        Pool.CheckIn(this);
    }

    /// <summary>
    /// What it is checked out for, as whoever has it says; a check-out that finds no connection in time tells.
    /// </summary>
    public ConnectionPurpose Purpose
    {
        get;
        set
        {
            Pool.Recount(field, value);
            field = value;
        }
    }

    /// <summary>The event loop that it is on; null where there are none.</summary>
    internal EventLoop? Loop => Established?.Channel.Loop;

    // All that follows is the pool's, under its lock.

    internal ConnectionPool Pool { get; }

    internal PooledConnectionState State { get; set; }

    /// <summary>Null while pending.</summary>
    internal ServerConnection? Established { get; set; }

    /// <summary>The counter that says whether this connection is stale.</summary>
    internal Generation Family { get; private set; }

    /// <summary>The check-out that this pending connection is made for; null when it is made for whoever comes.</summary>
    internal Waiter? Requester { get; set; }

    /// <summary>Ends the establishment early. Never disposed: it has no timer and no wait handle.</summary>
    internal CancellationTokenSource? Establishing { get; set; }

    /// <summary>Set when a clear interrupts whoever has the connection, or its establishment.</summary>
    internal PoolClearedException? Interruption { get; set; }

    /// <summary>The services that were cleared while it was pending: it may have reached one of them before.</summary>
    internal List<ObjectId>? ServicesCleared { get; set; }

    /// <summary>Whether whoever checked it out still has to check it in.</summary>
    internal bool IsOut { get; set; }

    /// <summary>The place in the pool's list of all its connections.</summary>
    internal int Slot { get; set; } = -1;

    internal long CreatedAt { get; }

    /// <summary>The clock's timestamp at the check-out; 0 unless somebody measures. Its user's.</summary>
    internal long CheckedOutAt { get; set; }

    /// <summary>The clock's timestamp at the last check-in.</summary>
    internal long AvailableSince { get; set; }

    /// <summary>The next in the one list of work to do outside the lock that it may be in.</summary>
    internal PooledConnection? NextInWork { get; set; }

    internal bool IsStale => Generation != Family.Current;

    /// <summary>Whether its service was cleared while it was being established.</summary>
    internal bool WasServiceCleared =>
        ServiceId is { } id && ServicesCleared is { } cleared && cleared.Contains(id);

    /// <summary>Joins the generation of the service that the handshake reached.</summary>
    internal void Join(Generation service)
    {
        Family = service;
        Generation = service.Current;
    }
}

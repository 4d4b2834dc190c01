using System.Diagnostics;
using Weir.Pooling.Events;

namespace Weir.Pooling.Pools;

/// <summary>
/// Who gets what: brings a pool's connections to the check-outs that wait for them, in their order. Guarded by the
/// pool's lock.
/// </summary>
/// <remarks>
/// Nobody waits beside a free connection, nor where there is room for a new one: that is so whenever
/// <see cref="Serve"/> has run after the last change.
/// </remarks>
internal sealed class Supply(ConnectionBook connections, CheckOuts checkOuts, BudgetSeat? seat)
{
    /// <summary>Gives each who waits an available connection or, where there is room, a new one.</summary>
    public void Serve(ref PoolWork work)
    {
        while (checkOuts.Waiting > 0)
        {
            if (connections.TakeAvailable(ref work) is { } connection)
            {
                HandOver(checkOuts.Dequeue(connection.Loop), connection, ref work);
            }
            else if (connections.HasRoom)
            {
                if (seat?.TryTake(waits: true) == false)
                {
                    work.WantsRoom = true;
                    return;
                }

                var waiter = checkOuts.Dequeue();
                waiter.Pending = connections.Create(waiter, ref work);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>
    /// Gives one established connection: to the check-out that it was made for, else to the first who waits, else
    /// to whoever comes; or to another pool under the same budget, by closing it: then false.
    /// </summary>
    public bool Give(PooledConnection connection, Waiter? requester, ref PoolWork work)
    {
        if (requester is not null)
        {
            HandOver(requester, connection, ref work);
        }
        else if (seat?.MustYield(isWanted: checkOuts.Waiting > 0) == true)
        {
            connections.Close(connection, ConnectionCloseReason.Evicted, null, ref work);
            return false;
        }
        else if (checkOuts.Waiting > 0)
        {
            HandOver(checkOuts.Dequeue(connection.Loop), connection, ref work);
        }
        else
        {
            connections.Keep(connection);
        }

        return true;
    }

    [Conditional("DEBUG")]
    public void AssertServed()
    {
        var isWaiting = checkOuts.Waiting > 0;
        Debug.Assert(!isWaiting || connections.Available == 0, "nobody waits beside a free connection");
        Debug.Assert(
            !isWaiting || !connections.HasRoom || seat is not null,
            "nobody waits where there is room for a new connection"
        );
    }

    private void HandOver(Waiter waiter, PooledConnection connection, ref PoolWork work)
    {
        connections.Use(connection);
        checkOuts.Succeed(waiter, connection, ref work);
    }
}

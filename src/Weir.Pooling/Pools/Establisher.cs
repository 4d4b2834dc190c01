using Weir.Pooling.Connections;

namespace Weir.Pooling.Pools;

/// <summary>
/// Makes the connections that a pool has decided to have, outside its lock, and brings how each one ended back to
/// the <see cref="PoolLedger"/>.
/// </summary>
/// <param name="pool">The pool.</param>
/// <param name="gate">The pool's lock.</param>
/// <param name="ledger">The pool's ledger; read here, and only under the lock.</param>
/// <param name="open">Makes an established connection with the given id.</param>
/// <param name="onFailed">Told of each failure before the ledger is.</param>
internal sealed class Establisher(
    ConnectionPool pool,
    Lock gate,
    PoolLedger ledger,
    Func<long, CancellationToken, ValueTask<ServerConnection>> open,
    Action<EstablishmentFailure>? onFailed
)
{
    /// <summary>Starts a chain of pending connections; the chain is undone.</summary>
    public void Start(PooledConnection? first)
    {
        for (var connection = first; connection is not null; )
        {
            // It may be in another list of work before EstablishAsync returns.
            var next = connection.NextInWork;
            connection.NextInWork = null;
            _ = EstablishAsync(connection);
            connection = next;
        }
    }

    private async Task EstablishAsync(PooledConnection connection)
    {
        ServerConnection? established = null;
        Exception? error = null;
        try
        {
            established = await open(connection.Id, connection.Establishing!.Token);
            pool.Timings?.Established(connection);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to whoever asked for the connection, and to discovery.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
        }

        if (error is not null)
        {
            // A server that refuses at once would make the next attempt inside of this one, and so on.
            await Task.Yield();
        }

        try
        {
            if (error is not null)
            {
                Report(connection, error);
            }
        }
        finally
        {
            // Whatever the listener does: the place in the pool is given back, and whoever waits is told.
            pool.Decide(
                (PoolLedger ledger, ref PoolWork work) =>
                {
                    if (established is not null)
                    {
                        ledger.Established(connection, established, ref work);
                    }
                    else
                    {
                        ledger.NotEstablished(connection, error!, ref work);
                    }
                }
            );
        }
    }

    private void Report(PooledConnection connection, Exception error)
    {
        if (onFailed is null)
        {
            return;
        }

        var serviceId = (error as ConnectionException)?.ServiceId ?? (error as CommandException)?.ServiceId;
        int generation;
        lock (gate)
        {
            if (ledger.State == PoolState.Closed || connection.Interruption is not null)
            {
                // The pool ended it: that says nothing of the server.
                return;
            }

            generation = serviceId is null ? connection.Generation : ledger.GenerationOf(serviceId);
        }

        onFailed(new(error, generation, serviceId));
    }
}

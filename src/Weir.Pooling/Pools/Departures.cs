using Weir.Pooling.Connections;

namespace Weir.Pooling.Pools;

/// <summary>
/// The connections that have left a pool and are being closed. It closes them outside the pool's lock and counts
/// them under it, so that a pool that closes knows when the last one is gone.
/// </summary>
/// <param name="gate">The pool's lock.</param>
/// <param name="ledger">The pool's ledger: a connection that is being established has still to leave.</param>
/// <param name="seat">Where a permit is given back for each one that is gone, if there is a budget.</param>
internal sealed class Departures(Lock gate, PoolLedger ledger, BudgetSeat? seat)
{
    private TaskCompletionSource? _allGone;
    private int _underWay;

    /// <summary>
    /// Completes when nothing is being closed any more, and nothing established that would have to be.
    /// <see cref="Notice_NeedsLock"/> follows before the lock is left: it may be so already.
    /// </summary>
    public Task WhenAllGone_NeedsLock() =>
        (_allGone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Counts what a decision closes; <see cref="Start"/> follows when the lock has been left.</summary>
    public void Notice_NeedsLock(in PoolWork work)
    {
        for (var connection = work.ToClose; connection is not null; connection = connection.NextInWork)
        {
            _underWay += connection.Established is null ? 0 : 1;
        }

        CompleteIfAllGone_NeedsLock();
    }

    /// <summary>Closes a chain of connections that was counted before; the chain is undone.</summary>
    public void Start(PooledConnection? first)
    {
        for (var connection = first; connection is not null; )
        {
            var next = connection.NextInWork;
            connection.NextInWork = null;
            if (connection.Established is { } established)
            {
                _ = CloseAsync(established);
            }
            else
            {
                seat?.Return();
            }

            connection = next;
        }
    }

    private async Task CloseAsync(ServerConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
        }
        finally
        {
            // A connection that fails to close in order is gone all the same.
            lock (gate)
            {
                _underWay--;
                CompleteIfAllGone_NeedsLock();
            }

            seat?.Return();
        }
    }

    private void CompleteIfAllGone_NeedsLock()
    {
        if (_allGone is not null && _underWay == 0 && ledger.Pending == 0)
        {
            _allGone.TrySetResult();
        }
    }
}

namespace Weir.Pooling.Pools;

/// <summary>
/// The background's part in a pool: as long as there are fewer connections than <c>minPoolSize</c>, it makes one at
/// a time, so that check-outs find room to make theirs. Guarded by the pool's lock.
/// </summary>
/// <remarks>
/// After a failure it rests, and does not try at once again: only at the background's next run, or when the server
/// was found anew (<see cref="Resume"/>).
/// </remarks>
internal sealed class Population(PoolOptions options, ConnectionBook connections, BudgetSeat? seat)
{
    private PooledConnection? _making;
    private bool _isResting;

    /// <summary>Begins the next connection, if one is missing and none is on its way.</summary>
    public void Continue(ref PoolWork work)
    {
        var isShort = connections.All < options.MinPoolSize && options.HasBackground && !_isResting;
        if (isShort && _making is null && connections.HasRoom && seat?.TryTake(waits: false) != false)
        {
            _making = connections.Create(null, ref work);
        }
    }

    /// <summary>Ends the rest after a failure.</summary>
    public void Resume() => _isResting = false;

    /// <summary>An establishment has ended; whose it was, the population knows itself.</summary>
    public void NoticeEnded(PooledConnection connection, bool failed)
    {
        if (connection == _making)
        {
            _making = null;
            _isResting = failed;
        }
    }
}

namespace Weir.Pooling.Destinations;

/// <summary>One destination: leases it, opens it, asks whether it still works, closes it.</summary>
/// <remarks>
/// Threads: one lock guards all that changes. Under it the <see cref="DestinationLedger"/> decides; nothing is awaited,
/// sent or closed under it.
/// </remarks>
internal sealed class Destination
{
    // Between two replacements that failures ask for.
    private static readonly TimeSpan ReplacementPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly DestinationOpener _opener;
    private readonly DestinationLedger _ledger;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _idleTimer;
    private volatile DestinationPools? _present;

    public Destination(string name, DestinationOpener opener)
    {
        Name = name;
        _opener = opener;
        _ledger = new DestinationLedger(this, opener.Time);
        _idleTimer = opener.Time.CreateTimer(
            static destination => ((Destination)destination!).CloseIfIdle(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public string Name { get; }

    /// <summary>The pools that leases use from now on; null while there are none. Read without the lock.</summary>
    public DestinationPools? Present => _present;

    public DestinationStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return _ledger.Record.Read(Name, _ledger);
            }
        }
    }

    /// <summary>A lease, if it takes no more than to count it.</summary>
    public DestinationLease? TryLease()
    {
        lock (_gate)
        {
            return _ledger.IsReady ? _ledger.Lease() : null;
        }
    }

    /// <summary>A lease; null when the destination was forgotten meanwhile.</summary>
    public async ValueTask<DestinationLease?> LeaseAsync(CancellationToken cancellationToken)
    {
        // However short the quiet time is: one answer is enough.
        var hasAnswered = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DestinationAttempt attempt;
            bool isFirst;
            DestinationPools? asked;
            lock (_gate)
            {
                if (_ledger.IsReady || (hasAnswered && _ledger.State == DestinationState.Open))
                {
                    return _ledger.Lease();
                }
                if (_ledger.State == DestinationState.Draining)
                {
                    throw ShuttingDown();
                }
                if (_ledger.State == DestinationState.Closed)
                {
                    return null;
                }
                isFirst = _ledger.Attempt is null;
                attempt = _ledger.Attempt ?? _ledger.Begin();
                attempt.Waiting++;
                asked = _present;
            }
            if (isFirst)
            {
                _ = AttemptAsync(attempt, asked);
            }
            await WaitAsync(attempt, cancellationToken);
            hasAnswered = true;
        }
    }

    /// <summary>The pools that a lease uses, which may have changed; null when it is over.</summary>
    public DestinationPools? Renew(DestinationLease lease)
    {
        lock (_gate)
        {
            _ledger.Renew(lease);
            return lease.Pools;
        }
    }

    public void Release(DestinationLease lease)
    {
        List<DestinationPools>? closing = null;
        lock (_gate)
        {
            _ledger.Release(lease, ref closing);
        }
        Close(closing);
    }

    /// <summary>An attempt begins to connect: what it does is seen from now on.</summary>
    public void NoteOpening(DestinationAttempt attempt, DestinationPools pools)
    {
        lock (_gate)
        {
            _ledger.NoteOpening(attempt, pools);
        }
    }

    /// <summary>What it connected to is about to be closed again.</summary>
    public void NoteNotOpened(DestinationAttempt attempt)
    {
        lock (_gate)
        {
            _ledger.NoteNotOpened(attempt);
        }
    }

    /// <summary>An operation failed on its pools. If that says that they are of no use, others are tried.</summary>
    public void Failed(DestinationPools pools, Exception failure)
    {
        DestinationAttempt? attempt = null;
        lock (_gate)
        {
            var isHopeless = _ledger.Open.Contains(pools) && _ledger.Record.Note(failure);
            if (
                isHopeless
                && pools == _present
                && _ledger.State == DestinationState.Open
                && _opener.Time.GetElapsedTime(_ledger.LastAttempt) >= ReplacementPause
            )
            {
                attempt = _ledger.Begin();
                // Wanted for itself, whether anybody waits for it or not.
                attempt.Waiting++;
            }
        }
        if (attempt is not null)
        {
            _ = AttemptAsync(attempt, asked: null);
        }
    }

    /// <summary>Closes the pools when nobody holds them any more.</summary>
    /// <returns>How many leases held them when <paramref name="patience"/> came to an end.</returns>
    public async Task<int> CloseAsync(Func<Task> patience, CancellationToken cancellationToken)
    {
        List<DestinationPools>? closing = null;
        DestinationPools? closed;
        lock (_gate)
        {
            closed = _present;
            if (closed is null)
            {
                return 0;
            }
            _ledger.CloseByName(ref closing);
            _present = _ledger.Present;
        }
        Close(closing);
        if (!closed.Closed.IsCompleted)
        {
            await Task.WhenAny(closed.Closed, patience()).WaitAsync(cancellationToken);
        }
        lock (_gate)
        {
            return closed.Holders;
        }
    }

    /// <summary>
    /// Gives no more leases and closes when those that are out are back, or when <paramref name="patience"/> ends.
    /// </summary>
    /// <returns>How many leases were still out.</returns>
    public async Task<int> ShutDownAsync(Task patience)
    {
        List<DestinationPools>? closing = null;
        DestinationAttempt? attempt;
        lock (_gate)
        {
            if (_ledger.State == DestinationState.Closed)
            {
                return 0;
            }
            attempt = _ledger.Attempt;
            _ledger.Drain(ref closing);
            _present = null;
        }
        await _idleTimer.DisposeAsync();
        attempt?.GiveUp();
        Close(closing);
        NoticeEnd();
        await Task.WhenAny(_drained.Task, patience);
        closing = null;
        int left;
        lock (_gate)
        {
            left = _ledger.Record.Leases;
            _ledger.TakeAll(ref closing);
        }
        Close(closing);
        await _drained.Task;
        return left;
    }

    /// <summary>Closes it for good if nothing of it is open.</summary>
    public bool TryForget()
    {
        lock (_gate)
        {
            if (!_ledger.TryForget())
            {
                return false;
            }
        }
        _idleTimer.Dispose();
        return true;
    }

    private async Task WaitAsync(DestinationAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            await attempt.Ended.WaitAsync(cancellationToken);
        }
        finally
        {
            bool isUnwanted;
            lock (_gate)
            {
                isUnwanted = --attempt.Waiting == 0 && !attempt.Ended.IsCompleted;
                if (isUnwanted)
                {
                    // Whoever comes next begins anew, instead of sharing the end of this one.
                    _ledger.Forget(attempt);
                }
            }
            if (isUnwanted)
            {
                attempt.GiveUp();
            }
        }
    }

    private async Task AttemptAsync(DestinationAttempt attempt, DestinationPools? asked)
    {
        DestinationPools? opened = null;
        Exception? failure = null;
        try
        {
            if (asked is null || !await AnswersAsync(asked, attempt.Wanted))
            {
                opened = await _opener.OpenAsync(this, attempt);
            }
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }
        List<DestinationPools>? closing = null;
        lock (_gate)
        {
            if (_ledger.State == DestinationState.Draining)
            {
                failure = ShuttingDown();
            }
            else if (failure is not null)
            {
                _ledger.Record.Note(failure);
            }
            _ledger.End(attempt, opened, ref closing);
            _present = _ledger.Present;
            if (opened is not null && opened == _present)
            {
                _idleTimer.Change(opened.Options.IdleTimeout, Timeout.InfiniteTimeSpan);
            }
        }
        attempt.End(failure);
        Close(closing);
        NoticeEnd();
    }

    private static async Task<bool> AnswersAsync(DestinationPools pools, CancellationToken cancellationToken)
    {
        try
        {
            await pools.PingAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (Commands.RetryRules.IsFailure(e) || e is Pools.PoolClosedException)
        {
            return false;
        }
    }

    // Leases do not touch the timer: when it fires, it is seen how long nobody has really held one.
    private void CloseIfIdle()
    {
        List<DestinationPools>? closing = null;
        lock (_gate)
        {
            if (_ledger.CloseIfIdle(ref closing) is { } later)
            {
                _idleTimer.Change(later, Timeout.InfiniteTimeSpan);
            }
            _present = _ledger.Present;
        }
        Close(closing);
    }

    private void Close(List<DestinationPools>? closing)
    {
        foreach (var pools in closing ?? [])
        {
            _ = CloseAsync(pools);
        }
    }

    private async Task CloseAsync(DestinationPools pools)
    {
        try
        {
            await pools.CloseAsync();
        }
        finally
        {
            lock (_gate)
            {
                _ledger.NoticeClosed();
            }
            pools.NoticeClosed();
            NoticeEnd();
        }
    }

    private void NoticeEnd()
    {
        lock (_gate)
        {
            if (_ledger.IsOver)
            {
                _ledger.Close();
                _drained.TrySetResult();
            }
        }
    }

    private DestinationException ShuttingDown() =>
        new(Name, DestinationFailure.ShuttingDown, "this process is shutting down");
}

namespace Weir.Hosting.Leaders;

/// <summary>A term of leadership, from winning the lease to giving it back or losing it. Thread-safe.</summary>
/// <remarks>
/// Whoever leads may be stopped for longer than the lease lasts (a debugger, a suspended machine) and go on without
/// knowing that another one leads. <see cref="Lost"/> cannot help there; the <see cref="Fence"/> does: writes that
/// carry it are refused once a later leader has written, or at once in <see cref="Fencing.WithFenceAsync"/>.
/// </remarks>
public sealed class LeaderTerm : IAsyncDisposable
{
    private readonly LeaderLease _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _expiry;
    private readonly Task _renewing;
    private int _ended;

    internal LeaderTerm(LeaderLease lease, long fence, long askedAt, TimeProvider time)
    {
        _lease = lease;
        _time = time;
        Fence = fence;
        Lost = _lost.Token;
        _expiry = time.CreateTimer(
            static term => ((LeaderTerm)term!)._lost.Cancel(),
            this,
            Left(askedAt),
            Timeout.InfiniteTimeSpan
        );
        _renewing = RenewAsync(askedAt);
    }

    /// <summary>Greater than that of every term before.</summary>
    public long Fence { get; }

    /// <summary>Cancelled when the term is over without having been given back.</summary>
    public CancellationToken Lost { get; }

    /// <summary>The lease's name.</summary>
    public string Name => _lease.Name;

    internal LeaderLease Lease => _lease;

    /// <summary>Gives the lease back, so that another one can lead at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }
        await _ending.CancelAsync();
        await _renewing;
        await _expiry.DisposeAsync();
        if (!_lost.IsCancellationRequested)
        {
            await _lease.ReleaseAsync(Fence);
        }
        _ending.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(long askedAt)
    {
        try
        {
            while (!_lost.IsCancellationRequested)
            {
                var pause = _lease.RenewalPause;
                await Task.Delay(
                    pause - _time.GetElapsedTime(askedAt) is { Ticks: > 0 } rest ? rest : _lease.RetryPause,
                    _time,
                    _ending.Token
                );
                var asked = _time.GetTimestamp();
                switch (await _lease.TryRenewAsync(Fence, _ending.Token))
                {
                    case true:
                        askedAt = asked;
                        // Counted from the question, so that it ends here before it does at the server.
                        _expiry.Change(Left(asked), Timeout.InfiniteTimeSpan);
                        break;
                    case false:
                        await _lost.CancelAsync();
                        break;
                    default:
                        // Not known: tried again until the time is over.
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Given back.
        }
    }

    private TimeSpan Left(long askedAt)
    {
        var left = _lease.Duration - _time.GetElapsedTime(askedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

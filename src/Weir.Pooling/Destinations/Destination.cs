using System.Diagnostics;

namespace Weir.Pooling.Destinations;

/// <summary>
/// One destination: its state, its pools, and how many leases are out. The only place where any of them changes.
/// </summary>
/// <remarks>
/// <para>Threads: one lock guards all that changes; nothing is awaited, sent or closed under it.</para>
/// <para>Pools close in one place, <see cref="Take_NeedsLock"/>, which takes them only when nobody holds them, or when
/// a shutdown has waited long enough.</para>
/// </remarks>
internal sealed class Destination
{
    private readonly Lock _gate = new();
    private readonly DestinationOpener _opener;
    private readonly DestinationOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DestinationState _state = DestinationState.Idle;
    private DestinationPools? _pools;
    private DestinationOpening? _opening;
    private ITimer? _idleTimer;
    private long _lastReleased;

    // Openings and closings under way: a shutdown ends with the last of them.
    private int _underWay;

    public Destination(string name, DestinationOptions options, DestinationOpener opener)
    {
        Name = name;
        _options = options;
        _opener = opener;
        _time = opener.Time;
    }

    public string Name { get; }

    public ValueTask<DestinationLease> LeaseAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DestinationLease>(cancellationToken);
        }
        return TryLease() is { } lease ? new(lease) : new(OpenAndLeaseAsync(cancellationToken));
    }

    /// <summary>A lease is over.</summary>
    public void Release(DestinationPools pools)
    {
        DestinationPools? closing = null;
        lock (_gate)
        {
            Debug.Assert(pools.Holders > 0, "every lease is released once");
            pools.Holders--;
            _lastReleased = _time.GetTimestamp();
            if (pools.Holders == 0 && _state == DestinationState.Draining)
            {
                closing = Take_NeedsLock(DestinationState.Closed);
            }
        }
        Close(closing);
    }

    /// <summary>
    /// Gives no more leases and closes when those that are out are back, or when <paramref name="patience"/> ends.
    /// </summary>
    /// <returns>How many leases were still out.</returns>
    public async Task<int> ShutDownAsync(Task patience)
    {
        DestinationPools? closing = null;
        DestinationOpening? opening;
        lock (_gate)
        {
            opening = _opening;
            if (_state is DestinationState.Idle or DestinationState.Opening)
            {
                Move_NeedsLock(DestinationState.Closed);
                NoticeEnd_NeedsLock();
            }
            else if (_state == DestinationState.Open)
            {
                Move_NeedsLock(DestinationState.Draining);
                closing = _pools!.Holders == 0 ? Take_NeedsLock(DestinationState.Closed) : null;
            }
        }
        opening?.GiveUp();
        Close(closing);
        await Task.WhenAny(_drained.Task, patience);
        int left;
        lock (_gate)
        {
            left = _pools?.Holders ?? 0;
            closing = _state == DestinationState.Draining ? Take_NeedsLock(DestinationState.Closed) : null;
        }
        Close(closing);
        await _drained.Task;
        return left;
    }

    private DestinationLease? TryLease()
    {
        lock (_gate)
        {
            return _state == DestinationState.Open ? Hold_NeedsLock(_pools!) : null;
        }
    }

    private DestinationLease Hold_NeedsLock(DestinationPools pools)
    {
        pools.Holders++;
        return new DestinationLease(this, pools);
    }

    private async Task<DestinationLease> OpenAndLeaseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var isFirst = false;
            DestinationOpening opening;
            lock (_gate)
            {
                switch (_state)
                {
                    case DestinationState.Open:
                        return Hold_NeedsLock(_pools!);
                    case DestinationState.Idle:
                        Move_NeedsLock(DestinationState.Opening);
                        _opening = new DestinationOpening();
                        _underWay++;
                        isFirst = true;
                        break;
                    case DestinationState.Opening:
                        break;
                    default:
                        throw ShuttingDown();
                }
                opening = _opening!;
                opening.Waiting++;
            }
            if (isFirst)
            {
                _ = OpenAsync(opening);
            }
            await WaitAsync(opening, cancellationToken);
        }
    }

    private async Task WaitAsync(DestinationOpening opening, CancellationToken cancellationToken)
    {
        try
        {
            await opening.Ended.WaitAsync(cancellationToken);
        }
        finally
        {
            bool isUnwanted;
            lock (_gate)
            {
                isUnwanted = --opening.Waiting == 0 && !opening.Ended.IsCompleted;
                if (isUnwanted && _opening == opening)
                {
                    // Whoever comes next begins anew, instead of sharing the end of this one.
                    _opening = null;
                    if (_state == DestinationState.Opening)
                    {
                        Move_NeedsLock(DestinationState.Idle);
                    }
                }
            }
            if (isUnwanted)
            {
                opening.GiveUp();
            }
        }
    }

    private async Task OpenAsync(DestinationOpening opening)
    {
        DestinationPools? opened = null;
        Exception? failure = null;
        try
        {
            opened = await _opener.OpenAsync(Name, _options, opening.Wanted);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }
        DestinationPools? unwanted = null;
        lock (_gate)
        {
            if (_opening != opening || _state != DestinationState.Opening)
            {
                unwanted = opened;
                failure = ShuttingDown();
            }
            else if (opened is null)
            {
                Move_NeedsLock(DestinationState.Idle);
            }
            else
            {
                Move_NeedsLock(DestinationState.Open);
                _pools = opened;
                _lastReleased = _time.GetTimestamp();
                _idleTimer = _time.CreateTimer(
                    static destination => ((Destination)destination!).CloseIfIdle(),
                    this,
                    _options.IdleTimeout,
                    Timeout.InfiniteTimeSpan
                );
            }
            if (_opening == opening)
            {
                _opening = null;
            }
        }
        opening.End(failure);
        await CloseAsync(unwanted);
    }

    // The timer is not touched by leases: it looks, when it fires, how long it has really been.
    private void CloseIfIdle()
    {
        DestinationPools? closing = null;
        lock (_gate)
        {
            if (_state != DestinationState.Open)
            {
                return;
            }
            var idle = _pools!.Holders > 0 ? TimeSpan.Zero : _time.GetElapsedTime(_lastReleased);
            if (idle >= _options.IdleTimeout)
            {
                closing = Take_NeedsLock(DestinationState.Idle);
            }
            else
            {
                _idleTimer!.Change(_options.IdleTimeout - idle, Timeout.InfiniteTimeSpan);
            }
        }
        Close(closing);
    }

    private DestinationPools Take_NeedsLock(DestinationState next)
    {
        Debug.Assert(_pools!.Holders == 0 || _state == DestinationState.Draining, "a lease holds its pools");
        Move_NeedsLock(next);
        var taken = _pools!;
        _pools = null;
        _idleTimer!.Dispose();
        _idleTimer = null;
        _underWay++;
        return taken;
    }

    private void Close(DestinationPools? pools)
    {
        if (pools is not null)
        {
            _ = CloseAsync(pools);
        }
    }

    private async Task CloseAsync(DestinationPools? pools)
    {
        try
        {
            if (pools is not null)
            {
                await pools.CloseAsync();
            }
        }
        finally
        {
            lock (_gate)
            {
                _underWay--;
                NoticeEnd_NeedsLock();
            }
        }
    }

    private void NoticeEnd_NeedsLock()
    {
        if (_state == DestinationState.Closed && _underWay == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void Move_NeedsLock(DestinationState next)
    {
        var isLegal = (_state, next) switch
        {
            (DestinationState.Idle, DestinationState.Opening) => true,
            (DestinationState.Opening, DestinationState.Open or DestinationState.Idle) => true,
            (DestinationState.Open, DestinationState.Idle or DestinationState.Draining) => true,
            (DestinationState.Draining, DestinationState.Closed) => true,
            (DestinationState.Idle or DestinationState.Opening, DestinationState.Closed) => true,
            _ => false,
        };
        if (!isLegal)
        {
            throw new InvalidOperationException($"destination \"{Name}\" cannot go from {_state} to {next}");
        }
        _state = next;
    }

    private DestinationException ShuttingDown() =>
        new(Name, DestinationFailure.ShuttingDown, "this process is shutting down");
}

using System.Diagnostics;

namespace Weir.Pooling.Destinations;

/// <summary>
/// Every decision about a destination: its state, its pools, who holds them, and which have to be closed. It does
/// nothing itself: what follows from a decision is done by the <see cref="Destination"/> when it has left its lock.
/// </summary>
/// <remarks>
/// Threads: every member only under the destination's lock. Pools are taken to be closed in one place,
/// <see cref="Take"/>: when they are retired (idle for long enough, replaced, closed by name, shut down) and nobody
/// holds them; or when a shutdown has waited long enough.
/// </remarks>
internal sealed class DestinationLedger(Destination destination, TimeProvider time)
{
    private readonly List<DestinationPools> _open = [];
    private readonly List<DestinationPools> _opening = [];
    private long _lastReleased;

    // Attempts and closings under way: a shutdown ends with the last of them.
    private int _underWay;

    public DestinationState State { get; private set; } = DestinationState.Idle;

    /// <summary>The pools that leases use from now on.</summary>
    public DestinationPools? Present { get; private set; }

    public DestinationAttempt? Attempt { get; private set; }

    public DestinationRecord Record { get; } = new(time);

    public long LastAttempt { get; private set; }

    public IReadOnlyCollection<DestinationPools> Open => _open;

    /// <summary>Those of attempts under way, which may be waiting for a connection like any other.</summary>
    public IReadOnlyCollection<DestinationPools> Opening => _opening;

    /// <summary>Whether a lease needs nothing but to be counted.</summary>
    public bool IsReady => State == DestinationState.Open && !Present!.IsQuiet;

    public bool IsOver => State == DestinationState.Draining && _open.Count == 0 && _underWay == 0;

    public DestinationLease Lease()
    {
        Present!.Holders++;
        Record.Leases++;
        return new DestinationLease(destination, Present);
    }

    /// <summary>A lease goes over to the present pools, and keeps those that it had: they may still be in use.</summary>
    public void Renew(DestinationLease lease)
    {
        if (lease.Pools is { } before && Present is { } present && before != present)
        {
            (lease.Earlier ??= []).Add(before);
            lease.Pools = present;
            present.Holders++;
        }
    }

    public void Release(DestinationLease lease, ref List<DestinationPools>? closing)
    {
        if (lease.Pools is not { } pools)
        {
            return;
        }
        lease.Pools = null;
        Record.Leases--;
        _lastReleased = time.GetTimestamp();
        LetGo(pools, ref closing);
        foreach (var earlier in lease.Earlier ?? [])
        {
            LetGo(earlier, ref closing);
        }
    }

    /// <summary>An attempt begins: to open it when it is idle, else to find out whether it still works.</summary>
    public DestinationAttempt Begin()
    {
        Move(State == DestinationState.Idle ? DestinationState.Opening : DestinationState.Checking);
        LastAttempt = time.GetTimestamp();
        _underWay++;
        return Attempt = new DestinationAttempt();
    }

    public void NoteOpening(DestinationAttempt attempt, DestinationPools pools)
    {
        attempt.Pools = pools;
        _opening.Add(pools);
    }

    public void NoteNotOpened(DestinationAttempt attempt)
    {
        if (attempt.Pools is { } tried && _opening.Remove(tried))
        {
            Record.Closing(tried);
        }
    }

    /// <summary>An attempt has ended. What it opened is used, unless it was given up before.</summary>
    public void End(DestinationAttempt attempt, DestinationPools? opened, ref List<DestinationPools>? closing)
    {
        _underWay--;
        if (opened is not null)
        {
            _opening.Remove(opened);
            _open.Add(opened);
            if (Attempt == attempt && State != DestinationState.Draining)
            {
                Record.Opened(isReplacement: Present is not null);
                Retire(ref closing);
                Present = opened;
                _lastReleased = time.GetTimestamp();
            }
            else
            {
                opened.IsRetired = true;
                Take(opened, ref closing);
            }
        }
        Forget(attempt);
    }

    /// <summary>An attempt is over, or nobody wants it any more: what there is decides the state.</summary>
    public void Forget(DestinationAttempt attempt)
    {
        if (Attempt != attempt)
        {
            return;
        }
        Attempt = null;
        if (State is DestinationState.Opening or DestinationState.Checking)
        {
            Move(Present is null ? DestinationState.Idle : DestinationState.Open);
        }
    }

    /// <summary>Retires the present pools; an attempt that is under way opens others.</summary>
    public void CloseByName(ref List<DestinationPools>? closing)
    {
        Move(State == DestinationState.Checking ? DestinationState.Opening : DestinationState.Idle);
        Retire(ref closing);
    }

    /// <summary>Closes pools that nobody has held for long enough, else says when to look again.</summary>
    public TimeSpan? CloseIfIdle(ref List<DestinationPools>? closing)
    {
        if (Present is null)
        {
            return null;
        }
        var limit = Present.Options.IdleTimeout;
        var isIdle = Present.Holders == 0 && State == DestinationState.Open;
        var idle = isIdle ? time.GetElapsedTime(_lastReleased) : TimeSpan.Zero;
        if (idle < limit)
        {
            return limit - idle;
        }
        Move(DestinationState.Idle);
        Retire(ref closing);
        return null;
    }

    public void Drain(ref List<DestinationPools>? closing)
    {
        Move(DestinationState.Draining);
        Retire(ref closing);
    }

    /// <summary>The end of a shutdown's patience: whoever holds pools still.</summary>
    public void TakeAll(ref List<DestinationPools>? closing)
    {
        Debug.Assert(
            State is DestinationState.Draining or DestinationState.Closed,
            "a lease holds its pools"
        );
        foreach (var pools in _open.ToArray())
        {
            Take(pools, ref closing);
        }
    }

    public void NoticeClosed() => _underWay--;

    public void Close() => Move(DestinationState.Closed);

    /// <summary>Closes it for good if nothing of it is open: it was looked up once and may be looked up again.</summary>
    public bool TryForget()
    {
        if (State != DestinationState.Idle || _open.Count > 0 || _underWay > 0)
        {
            return false;
        }
        Move(DestinationState.Draining);
        Move(DestinationState.Closed);
        return true;
    }

    private void Retire(ref List<DestinationPools>? closing)
    {
        if (Present is not { } pools)
        {
            return;
        }
        Present = null;
        pools.IsRetired = true;
        if (pools.Holders == 0)
        {
            Take(pools, ref closing);
        }
    }

    private void LetGo(DestinationPools pools, ref List<DestinationPools>? closing)
    {
        Debug.Assert(pools.Holders > 0, "every hold is let go once");
        pools.Holders--;
        if (pools.Holders == 0 && pools.IsRetired)
        {
            Take(pools, ref closing);
        }
    }

    private void Take(DestinationPools pools, ref List<DestinationPools>? closing)
    {
        if (_open.Remove(pools))
        {
            _underWay++;
            Record.Closing(pools);
            (closing ??= []).Add(pools);
        }
    }

    private void Move(DestinationState next)
    {
        var isLegal = (State, next) switch
        {
            (DestinationState.Idle, DestinationState.Opening) => true,
            (DestinationState.Opening, DestinationState.Open or DestinationState.Idle) => true,
            (DestinationState.Open, DestinationState.Checking or DestinationState.Idle) => true,
            (DestinationState.Checking, DestinationState.Open or DestinationState.Opening) => true,
            (not (DestinationState.Draining or DestinationState.Closed), DestinationState.Draining) => true,
            (DestinationState.Draining, DestinationState.Closed) => true,
            _ => false,
        };
        if (!isLegal)
        {
            throw new InvalidOperationException(
                $"destination \"{destination.Name}\" cannot go from {State} to {next}"
            );
        }
        State = next;
    }
}

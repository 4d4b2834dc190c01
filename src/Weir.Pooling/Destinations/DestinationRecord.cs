using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;

namespace Weir.Pooling.Destinations;

/// <summary>What happened to a destination so far. Guarded by the destination's lock.</summary>
internal sealed class DestinationRecord(TimeProvider time)
{
    private long _opened;
    private long _replaced;
    private long _errors;
    private long _created;
    private long _closed;
    private long _evicted;
    private Exception? _lastError;
    private DateTimeOffset? _lastErrorAt;

    public int Leases { get; set; }

    public void Opened(bool isReplacement)
    {
        _opened++;
        _replaced += isReplacement ? 1 : 0;
    }

    /// <summary>Pools are about to be closed: what they counted is kept.</summary>
    public void Closing(DestinationPools pools)
    {
        foreach (var connections in pools.Connections)
        {
            _created += connections.Created;
            _closed += connections.Created;
            _evicted += connections.Evicted;
        }
    }

    /// <summary>Notes a failure. True: it says that the pools are of no use, not only this operation.</summary>
    public bool Note(Exception failure)
    {
        if (failure is OperationCanceledException or CommandException { Stage: ConnectionStage.Exchange })
        {
            return false;
        }
        _errors++;
        _lastError = failure;
        _lastErrorAt = time.GetUtcNow();
        return failure is ServerSelectionException or CommandException or PoolClosedException;
    }

    public DestinationStatistics Read(string name, DestinationLedger ledger)
    {
        var open = ledger.Open;
        var present = ledger.Present;
        var all = open.Concat(ledger.Opening).ToArray();
        var pools = all.SelectMany(p => p.Connections).ToArray();
        return new DestinationStatistics
        {
            Name = name,
            State = ledger.State,
            Leases = Leases,
            Available = pools.Sum(p => p.Available),
            InUse = pools.Sum(p => p.InUse),
            Pending = pools.Sum(p => p.Pending),
            Waiting = pools.Sum(p => p.Waiting),
            Created = _created + pools.Sum(p => p.Created),
            Closed = _closed + pools.Sum(p => p.Closed),
            Evicted = _evicted + pools.Sum(p => p.Evicted),
            Retired = open.Count(p => p.IsRetired),
            Opened = _opened,
            Replaced = _replaced,
            RunningOperations = all.Sum(p => p.Running),
            WaitingOperations = all.Sum(p => p.Gate?.Waiting ?? 0),
            LastHeard = time.GetUtcNow() - present?.SinceLastHeard,
            Errors = _errors,
            LastError = _lastError?.Message,
            LastErrorAt = _lastErrorAt,
            Topology = (present ?? ledger.Opening.LastOrDefault())?.Deployment.Topology,
        };
    }
}

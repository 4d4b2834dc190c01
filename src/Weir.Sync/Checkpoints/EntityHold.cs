using Weir.Protocol.Bson;

namespace Weir.Sync.Checkpoints;

/// <summary>
/// The right of this process to run an entity, kept alive in the background, and the pen for its checkpoint.
/// Thread-safe.
/// </summary>
/// <remarks>
/// The right has an end by this process's own clock too: a process that slept through it writes nothing more, although
/// it does not know yet whether another has taken over.
/// </remarks>
internal sealed class EntityHold : IAsyncDisposable
{
    private readonly CheckpointStore _store;
    private readonly string _job;
    private readonly string _entity;
    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private long _renewed;

    private EntityHold(
        CheckpointStore store,
        Checkpoint checkpoint,
        TimeSpan length,
        TimeProvider time,
        long asked
    )
    {
        _store = store;
        _job = checkpoint.Job;
        _entity = checkpoint.Entity;
        _length = length;
        _time = time;
        _renewed = asked;
        Checkpoint = checkpoint;
        _renewing = RenewAsync();
    }

    /// <summary>The checkpoint as it was when the entity was taken.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Cancelled when the entity is lost, or is to be cancelled.</summary>
    public CancellationToken Ending => _lost.Token;

    /// <summary>Whether somebody asked for the run to be cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Takes the entity; <see langword="null"/>: another runner has it.</summary>
    public static async ValueTask<EntityHold?> TryTakeAsync(
        CheckpointStore store,
        string job,
        string entity,
        string runner,
        TimeSpan length,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var asked = time.GetTimestamp();
        var checkpoint = await store.AcquireAsync(job, entity, runner, length, cancellationToken);
        return checkpoint is null ? null : new EntityHold(store, checkpoint, length, time, asked);
    }

    /// <summary>Writes fields of the checkpoint.</summary>
    /// <exception cref="EntityLostException">Another runner has the entity.</exception>
    public async ValueTask SaveAsync(BsonDocument fields, CancellationToken cancellationToken)
    {
        RequireTime();
        if (!await _store.SaveAsync(_job, _entity, Checkpoint.Fence, fields, cancellationToken))
        {
            await _lost.CancelAsync();
            throw new EntityLostException(_job, _entity);
        }
    }

    /// <summary>Before every write to the data: whether the entity is still this process's.</summary>
    /// <exception cref="EntityLostException">It may be another's by now.</exception>
    public void RequireTime()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _renewed)) >= _length)
        {
            _lost.Cancel();
            throw new EntityLostException(_job, _entity);
        }
    }

    /// <summary>Writes how it ended and lets the entity go. Does nothing where it is another's.</summary>
    public async ValueTask EndAsync(BsonDocument fields, CancellationToken cancellationToken)
    {
        await StopAsync();
        fields["leaseUntil"] = BsonValue.Null;
        fields["cancel"] = false;
        await _store.SaveAsync(_job, _entity, Checkpoint.Fence, fields, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ended.Dispose();
        _lost.Dispose();
    }

    private async ValueTask StopAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
    }

    private async Task RenewAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(_length / 3, _time);
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await RenewOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private async ValueTask RenewOnceAsync()
    {
        try
        {
            var asked = _time.GetTimestamp();
            if (await _store.RenewAsync(_job, _entity, Checkpoint.Fence, _length, _ended.Token))
            {
                Volatile.Write(ref _renewed, asked);
                return;
            }
            var now = await _store.FindAsync(_job, _entity, _ended.Token);
            IsCancelled = now is { IsCancelRequested: true } && now.Fence == Checkpoint.Fence;
            await _lost.CancelAsync();
        }
        catch (Exception e) when (Runs.Failures.IsWorthRetrying(e))
        {
            // The next tick tries again; when the time is over, nothing more is written.
        }
    }
}

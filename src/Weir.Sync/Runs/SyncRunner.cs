using System.Collections.Concurrent;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Sources;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>
/// Runs jobs: leases each destination once, takes entity by entity, and goes on where checkpoints say. Any number of
/// runners, on any number of hosts, share the same jobs: what one has, the others leave alone until its lease is over.
/// </summary>
public sealed class SyncRunner
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly SyncSettings _settings;
    private readonly SourceContext _context;
    private readonly ByteBudget _budget;
    private readonly Action<EntityProgress, string> _tell;
    private readonly ConcurrentQueue<EntityProgress> _progress = new();

    /// <summary>Prepares a runner; nothing is connected.</summary>
    /// <param name="settings">The jobs and limits.</param>
    /// <param name="context">The destinations, which hold the MongoDB sources too, and the clock.</param>
    /// <param name="tell">Hears what a user may want to know: retries, resumes, falling back. Be quick.</param>
    public SyncRunner(
        SyncSettings settings,
        SourceContext context,
        Action<EntityProgress, string>? tell = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(context);
        _settings = settings;
        _context = context;
        _tell = tell ?? ((_, _) => { });
        _budget = new ByteBudget(settings.BufferedBytes);
    }

    /// <summary>What identifies this runner in checkpoints.</summary>
    public string Name { get; } =
        $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}"[..^24];

    /// <summary>The entities of every run so far, in the order of the jobs.</summary>
    public IReadOnlyCollection<EntityProgress> Progress => _progress;

    /// <summary>The most bytes of records that were in memory at a time.</summary>
    public long PeakBytes => _budget.Peak;

    private TimeProvider Time => _context.Time;

    /// <summary>Runs jobs until each entity is at its end, here or elsewhere.</summary>
    /// <returns>The entities, each with its result.</returns>
    public async Task<IReadOnlyList<EntityProgress>> RunAsync(
        IReadOnlyList<SyncJob> jobs,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(options);
        var began = Time.GetUtcNow();
        await using var leases = new LeaseSet(_context.Destinations);
        var items = (
            from job in jobs
            from entity in job.Entities
            select (Job: job, Entity: entity, Progress: new EntityProgress(job.Name, entity.Name))
        ).ToList();
        foreach (var item in items)
        {
            _progress.Enqueue(item.Progress);
        }
        // Following has no end, and would keep its place from the others for ever.
        var followers = items.Count(i => i.Job.Mode == SyncMode.Follow);
        using var places = new SemaphoreSlim(_settings.Entities + followers);
        await Task.WhenAll(
            items.Select(async item =>
            {
                EntityResult result;
                try
                {
                    result = await TurnsAsync(
                        places,
                        token =>
                            OneAsync(item.Job, item.Entity, item.Progress, options, leases, began, token),
                        item.Progress,
                        cancellationToken
                    );
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    result = new EntityResult(EntityOutcome.Interrupted);
                }
                item.Progress.End(result, Time.GetTimestamp());
            })
        );
        return [.. items.Select(i => i.Progress)];
    }

    // Tries until the entity could be taken, or turned out to be done by another; the place is free between two tries.
    private async Task<EntityResult> TurnsAsync(
        SemaphoreSlim places,
        Func<CancellationToken, ValueTask<EntityResult?>> turn,
        EntityProgress progress,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                if (await turn(cancellationToken) is { } result)
                {
                    return result;
                }
            }
            finally
            {
                places.Release();
            }
            progress.Activity = "waiting for another runner";
            await Task.Delay(s_lookAgain, Time, cancellationToken);
        }
    }

    private async ValueTask<EntityResult?> OneAsync(
        SyncJob job,
        SyncEntity entity,
        EntityProgress progress,
        RunOptions options,
        LeaseSet leases,
        DateTimeOffset began,
        CancellationToken cancellationToken
    )
    {
        var retry = Retry.Of(job, Time, progress, _tell);
        try
        {
            var lease = await retry.RunAsync(
                token => leases.GetAsync(job.Destination, token),
                cancellationToken
            );
            var store = new CheckpointStore(lease, job.Database);
            var known = await retry.RunAsync(
                token => store.FindAsync(job.Name, entity.Name, token),
                cancellationToken
            );
            if (options.OnlyUnfinished && known?.Run is null)
            {
                return new EntityResult(EntityOutcome.Nothing);
            }
            if (known is { State: EntityState.Done, Finished: { } finished } && finished > began.UtcDateTime)
            {
                return new EntityResult(EntityOutcome.Elsewhere, $"done by {known.Runner}");
            }
            await using var hold = await retry.RunAsync(
                token =>
                    EntityHold.TryTakeAsync(store, job.Name, entity.Name, Name, _settings.Lease, Time, token),
                cancellationToken
            );
            return hold is null
                ? null
                : await HeldAsync(job, entity, progress, options, lease, hold, retry, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever happens to an entity is not the others' end.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new EntityResult(EntityOutcome.Failed, Told(e));
        }
    }

    private async ValueTask<EntityResult?> HeldAsync(
        SyncJob job,
        SyncEntity entity,
        EntityProgress progress,
        RunOptions options,
        DestinationLease lease,
        EntityHold hold,
        Retry retry,
        CancellationToken cancellationToken
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hold.Ending);
        try
        {
            await using var source = await retry.RunAsync(
                token => job.Source.OpenAsync(entity, _context, token),
                ending.Token
            );
            var live = new LeasedCollection(lease, job.Database, entity.Into);
            var work = new EntityWork
            {
                Job = job,
                Entity = entity,
                Source = source,
                Live = live,
                Hold = hold,
                Budget = _budget,
                Retry = retry,
                Time = Time,
                Progress = progress,
                Letters = new DeadLetters(live, job.Name, entity.Name, Time),
            };
            await new EntityRun(work, options, text => _tell(progress, text)).RunAsync(ending.Token);
            await hold.EndAsync([], CancellationToken.None);
            return new EntityResult(EntityOutcome.Done);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return await StoppedAsync(hold, progress, cancellationToken);
        }
        catch (EntityLostException e)
        {
            _tell(progress, e.Message);
            return null;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            var message = Told(e);
            await TryEndAsync(
                hold,
                new BsonDocument { ["state"] = nameof(EntityState.Failed), ["error"] = message }
            );
            return new EntityResult(EntityOutcome.Failed, message);
        }
    }

    private async ValueTask<EntityResult?> StoppedAsync(
        EntityHold hold,
        EntityProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (hold.IsCancelled)
        {
            await TryEndAsync(hold, new BsonDocument { ["state"] = nameof(EntityState.Cancelled) });
            return new EntityResult(EntityOutcome.Cancelled);
        }
        if (!cancellationToken.IsCancellationRequested)
        {
            _tell(progress, new EntityLostException(progress.Job, progress.Entity).Message);
            return null;
        }
        // The lease is given back, so that whoever resumes need not wait for its end.
        await TryEndAsync(hold, []);
        return new EntityResult(EntityOutcome.Interrupted);
    }

    private async ValueTask TryEndAsync(EntityHold hold, BsonDocument fields)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), Time);
            await hold.EndAsync(fields, patience.Token);
        }
        catch (Exception e) when (Failures.IsWorthRetrying(e) || e is OperationCanceledException)
        {
            // The destination is not there; the lease ends by itself.
        }
    }

    // Of a failure that nobody thought of, everything that may help to understand it.
    private static string Told(Exception e) =>
        e
            is SyncException
                or SourceException
                or CheckpointException
                or DestinationException
                or Pooling.Connections.CommandException
        || Failures.IsWorthRetrying(e)
            ? e.Message
            : e.ToString();
}

using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Sources;

namespace Weir.Sync.Runs;

/// <summary>Reads the checkpoints of jobs, and ends their runs.</summary>
public sealed class SyncStatus(SyncSettings settings, SourceContext context)
{
    /// <summary>Where each entity stands.</summary>
    /// <exception cref="DestinationException">A destination cannot be reached.</exception>
    public async Task<IReadOnlyList<EntityStatus>> ReadAsync(
        IReadOnlyList<SyncJob> jobs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(jobs);
        await using var leases = new LeaseSet(context.Destinations);
        var statuses = new List<EntityStatus>();
        foreach (var job in jobs)
        {
            var store = new CheckpointStore(
                await leases.GetAsync(job.Destination, cancellationToken),
                job.Database
            );
            foreach (var entity in job.Entities)
            {
                var checkpoint = await store.FindAsync(job.Name, entity.Name, cancellationToken);
                statuses.Add(Status(job, entity, checkpoint, context.Time.GetUtcNow().UtcDateTime));
            }
        }
        return statuses;
    }

    /// <summary>Asks the runners of jobs to stop; where none is at work, the run is marked as cancelled.</summary>
    /// <returns>The entities whose runs are cancelled.</returns>
    /// <exception cref="DestinationException">A destination cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> CancelAsync(
        IReadOnlyList<SyncJob> jobs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(jobs);
        await using var leases = new LeaseSet(context.Destinations);
        var cancelled = new List<string>();
        foreach (var job in jobs)
        {
            var store = new CheckpointStore(
                await leases.GetAsync(job.Destination, cancellationToken),
                job.Database
            );
            foreach (var entity in job.Entities)
            {
                if (await CancelAsync(store, job.Name, entity.Name, cancellationToken))
                {
                    cancelled.Add(Checkpoint.IdOf(job.Name, entity.Name));
                }
            }
        }
        return cancelled;
    }

    private async ValueTask<bool> CancelAsync(
        CheckpointStore store,
        string job,
        string entity,
        CancellationToken cancellationToken
    )
    {
        if (!await store.RequestCancelAsync(job, entity, cancellationToken))
        {
            return false;
        }
        var name = $"cancel:{Environment.MachineName}:{Environment.ProcessId}";
        await using var hold = await EntityHold.TryTakeAsync(
            store,
            job,
            entity,
            name,
            settings.Lease,
            context.Time,
            cancellationToken
        );
        if (hold is not null)
        {
            var state = new BsonDocument { ["state"] = nameof(EntityState.Cancelled) };
            await hold.EndAsync(state, cancellationToken);
        }
        return true;
    }

    private static EntityStatus Status(SyncJob job, SyncEntity entity, Checkpoint? checkpoint, DateTime now)
    {
        var state = checkpoint?.State ?? EntityState.New;
        var run = checkpoint?.Run;
        // Not by this host's clock to the second: a lease that has just ended says little.
        var isHeld = checkpoint?.LeaseUntil is { } until && until > now.AddSeconds(-1);
        return new EntityStatus
        {
            Job = job.Name,
            Entity = entity.Name,
            State = StateOf(state, isHeld),
            Phase = run?.Phase.ToString().ToLowerInvariant(),
            Runner = isHeld ? checkpoint!.Runner : null,
            Started = checkpoint?.Started,
            Finished = checkpoint?.Finished,
            Estimate = run?.Estimate,
            PartsDone = run?.Parts.Count(p => p.IsDone) ?? 0,
            Parts = run?.Parts.Count ?? 0,
            Counts = run?.Counts ?? checkpoint?.Last ?? default,
            Error = checkpoint?.Error,
        };
    }

    private static string StateOf(EntityState state, bool isHeld) =>
        state switch
        {
            EntityState.Running when !isHeld => "interrupted",
            EntityState.Following when !isHeld => "paused",
            _ => state.ToString().ToLowerInvariant(),
        };
}

using System.Collections.Concurrent;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Runs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>
/// Compares what a job's source makes with what its destination holds: counts, a hash of every document, and the names
/// of those that differ. Constant memory. What changes on either side meanwhile shows as a difference.
/// </summary>
public sealed class SyncVerifier
{
    private readonly SourceContext _context;
    private readonly Action<EntityProgress, string> _tell;
    private readonly ByteBudget _budget;
    private readonly ConcurrentQueue<EntityProgress> _progress = new();

    /// <summary>Prepares a verifier; nothing is connected.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="context">The destinations, which hold the MongoDB sources too, and the clock.</param>
    /// <param name="tell">Hears what a user may want to know: retries, resumes. Be quick.</param>
    public SyncVerifier(
        SyncSettings settings,
        SourceContext context,
        Action<EntityProgress, string>? tell = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _tell = tell ?? ((_, _) => { });
        _budget = new ByteBudget(settings.BufferedBytes);
    }

    /// <summary>Documents that are named at most. Default 100.</summary>
    public int Named { get; init; } = 100;

    /// <summary>The entities so far, each with how far its comparison is.</summary>
    public IReadOnlyCollection<EntityProgress> Progress => _progress;

    /// <summary>About how many documents are compared by one hash.</summary>
    internal int RangeSize { get; init; } = 20_000;

    /// <summary>Compares an entity, going on with a verification that was not finished unless told to begin anew.</summary>
    /// <exception cref="SyncException">How far it is could not be noted.</exception>
    /// <exception cref="SourceException">The source cannot be read.</exception>
    /// <exception cref="Pooling.Destinations.DestinationException">The destination cannot be reached.</exception>
    public async Task<VerifyResult> RunAsync(
        SyncJob job,
        SyncEntity entity,
        bool restart,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(entity);
        var progress = new EntityProgress(job.Name, entity.Name);
        _progress.Enqueue(progress);
        var outcome = EntityOutcome.Failed;
        try
        {
            var result = await CompareAsync(job, entity, progress, restart, cancellationToken);
            outcome = EntityOutcome.Done;
            return result;
        }
        catch (WriteTroubleException e)
        {
            throw new SyncException(e.Message);
        }
        catch (OperationCanceledException)
        {
            outcome = EntityOutcome.Interrupted;
            throw;
        }
        finally
        {
            progress.End(new EntityResult(outcome), _context.Time.GetTimestamp());
        }
    }

    private async Task<VerifyResult> CompareAsync(
        SyncJob job,
        SyncEntity entity,
        EntityProgress progress,
        bool restart,
        CancellationToken cancellationToken
    )
    {
        var retry = Retry.Of(job, _context.Time, progress, _tell);
        await using var lease = await retry.RunAsync(
            token => _context.Destinations.LeaseAsync(job.Destination, token),
            cancellationToken
        );
        await using var source = await retry.RunAsync(
            token => job.Source.OpenAsync(entity, _context, token),
            cancellationToken
        );
        var destination = new LeasedCollection(lease, job.Database, entity.Into);
        var work = new VerifyWork
        {
            Job = job,
            Entity = entity,
            Source = source,
            Destination = destination,
            Budget = _budget,
            Retry = retry,
            Time = _context.Time,
            Progress = progress,
            Tell = text => _tell(progress, text),
        };
        var store = new VerifyStore(destination, job.Name, entity.Name);
        return source is MongoSource && entity.IsKeyedById && !entity.Transforms.Any(t => t.Touches("_id"))
            ? await new RangeVerifier(work, store, Named, RangeSize).RunAsync(restart, cancellationToken)
            : await new KeyVerifier(work, store, Named).RunAsync(restart, cancellationToken);
    }
}

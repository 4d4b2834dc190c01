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
public sealed class SyncVerifier(SyncSettings settings, SourceContext context)
{
    private readonly ByteBudget _budget = new(settings.BufferedBytes);

    /// <summary>Documents that are named at most. Default 100.</summary>
    public int Named { get; init; } = 100;

    /// <summary>Hears how many records of the source were compared, as it goes. Thread-safe.</summary>
    public Action<long>? Counted { get; init; }

    /// <summary>Compares an entity, going on with a verification that was not finished unless told to begin anew.</summary>
    public async Task<VerifyResult> RunAsync(
        SyncJob job,
        SyncEntity entity,
        bool restart,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(entity);
        await using var lease = await context.Destinations.LeaseAsync(job.Destination, cancellationToken);
        await using var source = await job.Source.OpenAsync(entity, context, cancellationToken);
        var destination = new LeasedCollection(lease, job.Database, entity.Into);
        var work = new VerifyWork
        {
            Job = job,
            Entity = entity,
            Source = source,
            Destination = destination,
            Budget = _budget,
            Retry = new Retry(job.RetryFor, context.Time, Random.Shared.NextDouble, (_, _) => { }),
            Counted = Counted ?? (_ => { }),
        };
        return source is MongoSource && entity.IsKeyedById && !entity.Transforms.Any(t => t.Touches("_id"))
            ? await new RangeVerifier(
                work,
                new VerifyStore(destination, job.Name, entity.Name),
                Named
            ).RunAsync(restart, cancellationToken)
            : await new KeyVerifier(work, Named).RunAsync(cancellationToken);
    }
}

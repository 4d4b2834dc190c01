using System.Globalization;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;
using Weir.Sync.Sources;

namespace Weir.Sync.Runs;

/// <summary>Says what a run would do: asks the source and the destination, and writes nothing.</summary>
public sealed class SyncPlanner(SyncSettings settings, SourceContext context)
{
    /// <summary>A few lines about an entity: where it stands, its parts, and a record as it would be written.</summary>
    public async Task<string> DescribeAsync(
        SyncJob job,
        SyncEntity entity,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(entity);
        await using var lease = await context.Destinations.LeaseAsync(job.Destination, cancellationToken);
        var checkpoint = await new CheckpointStore(lease, job.Database).FindAsync(
            job.Name,
            entity.Name,
            cancellationToken
        );
        await using var source = await job.Source.OpenAsync(entity, context, cancellationToken);
        var request = new SplitRequest(4 * job.Concurrency, null, job.ChunkSize);
        var plan = await source.SplitAsync(request, cancellationToken);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{job.Name}/{entity.Name}: {job.Mode.ToString().ToLowerInvariant()}, "
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"{job.Source.Name}:{entity.From} into {job.Destination}:{job.Database}.{entity.Into} by {string.Join(", ", entity.Key)}"
        );
        var about = plan.Estimate is { } estimate
            ? string.Create(CultureInfo.InvariantCulture, $"about {estimate:N0} records")
            : "an unknown number of records";
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n  reads {about} in {plan.Parts.Count} part(s), {job.Concurrency} at a time, chunks of {job.ChunkSize:N0}"
        );
        text.Append("\n  ").Append(Standing(checkpoint, Definition.Of(job, entity)));
        if (checkpoint is { Watermark.IsNull: false })
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n  from the watermark {checkpoint.Watermark} on, less the overlap"
            );
        }
        if (plan.Parts.Count > 0)
        {
            text.Append("\n  ")
                .Append(await SampleAsync(job, entity, source, plan.Parts[0], cancellationToken));
        }
        return text.ToString();
    }

    private static string Standing(Checkpoint? checkpoint, string definition) =>
        checkpoint switch
        {
            null or { State: EntityState.New } => "never ran",
            { Run: { } run } when run.Definition != definition =>
                "has an unfinished run of another definition: would begin anew",
            { Run: { } run } =>
                $"has an unfinished run ({run.Phase.ToString().ToLowerInvariant()}, {run.Parts.Count(p => p.IsDone)} of {run.Parts.Count} parts): would go on with it",
            { Finished: { } finished } => string.Create(
                CultureInfo.InvariantCulture,
                $"last ended well at {finished:yyyy-MM-dd HH:mm:ss}Z"
            ),
            _ => "would begin anew",
        };

    private async ValueTask<string> SampleAsync(
        SyncJob job,
        SyncEntity entity,
        ISyncSource source,
        BsonDocument part,
        CancellationToken cancellationToken
    )
    {
        var budget = new ByteBudget(settings.BufferedBytes);
        using var chunk = new Chunk(budget, 1, job.ChunkBytes);
        using var made = new Chunk(budget, 1, job.ChunkBytes);
        await using var reader = source.Read(part, null);
        await reader.ReadAsync(chunk, cancellationToken);
        if (chunk.Count == 0)
        {
            return "there is no record";
        }
        var result = new RecordPipeline(entity, job.Mode, false).Apply(chunk, made);
        return result switch
        {
            { Refusals: [var refusal, ..] } => $"the first record would be refused: {refusal.Reason}",
            { Entries: [var entry, ..] } => $"the first record: {BsonDocument.Parse(result[entry])}",
            _ => "the first record would be left out",
        };
    }
}

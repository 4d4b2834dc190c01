using Weir.Pooling.Destinations;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Sync;

/// <summary>Runs each job when its schedule says, each beside the others, until told to stop.</summary>
internal sealed class ScheduledRuns(
    SyncRunner runner,
    SyncSettings settings,
    SourceContext context,
    ProgressView view
)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);

    public async Task RunAsync(IReadOnlyList<SyncJob> jobs, CancellationToken cancellationToken)
    {
        var scheduled = jobs.Where(job => job.Schedule is not null || job.Mode == SyncMode.Follow).ToList();
        if (scheduled.Count == 0)
        {
            throw new UnknownJobException("none of the jobs has a schedule");
        }
        try
        {
            await Task.WhenAll(scheduled.Select(job => RunJobAsync(job, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task RunJobAsync(SyncJob job, CancellationToken cancellationToken)
    {
        while (true)
        {
            await DueAsync(job, cancellationToken);
            var results = await runner.RunAsync([job], new RunOptions(), cancellationToken);
            view.End(results);
            cancellationToken.ThrowIfCancellationRequested();
            // What failed at once is not tried again at once.
            await Task.Delay(TimeSpan.FromSeconds(1), context.Time, cancellationToken);
        }
    }

    // Looked at again every minute: another runner may have run it in the meantime.
    private async Task DueAsync(SyncJob job, CancellationToken cancellationToken)
    {
        while (job.Schedule is { } schedule)
        {
            var now = context.Time.GetUtcNow();
            var wait = schedule.Next(await LastAsync(job, cancellationToken), now) - now;
            if (wait <= TimeSpan.Zero)
            {
                return;
            }
            await Task.Delay(wait < s_longestWait ? wait : s_longestWait, context.Time, cancellationToken);
        }
    }

    private async Task<DateTimeOffset?> LastAsync(SyncJob job, CancellationToken cancellationToken)
    {
        try
        {
            var statuses = await new SyncStatus(settings, context).ReadAsync([job], cancellationToken);
            return statuses.Max(s => s.Started);
        }
        catch (Exception e) when (e is DestinationException)
        {
            // The run itself says what is wrong, and tries for as long as it may.
            return null;
        }
    }
}

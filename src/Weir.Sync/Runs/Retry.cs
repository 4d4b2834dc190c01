using Weir.Sync.Jobs;
using Weir.Sync.Sources;

namespace Weir.Sync.Runs;

/// <summary>
/// Tries again with growing pauses (100 ms, doubled each time up to 15 s, of which a random part is waited), for as long
/// as the job allows without success.
/// </summary>
internal sealed class Retry(
    TimeSpan limit,
    TimeProvider time,
    Func<double> jitter,
    Action<Exception, TimeSpan> tell
)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <summary>For an entity's steps: each repetition is counted and told.</summary>
    public static Retry Of(
        SyncJob job,
        TimeProvider time,
        EntityProgress progress,
        Action<EntityProgress, string> tell
    ) =>
        new(
            job.RetryFor,
            time,
            Random.Shared.NextDouble,
            (e, pause) =>
            {
                progress.CountRetry();
                tell(progress, $"tries again in {pause.TotalSeconds:0.0} s: {e.Message}");
            }
        );

    public async ValueTask<T> RunAsync<T>(
        Func<CancellationToken, ValueTask<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            TimeSpan pause;
            try
            {
                return await attempt(cancellationToken);
            }
            catch (Exception e) when (Failures.IsWorthRetrying(e) && time.GetElapsedTime(began) < limit)
            {
                pause = Pause(failures, e);
                tell(e, pause);
            }
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    public async ValueTask RunAsync(
        Func<CancellationToken, ValueTask> attempt,
        CancellationToken cancellationToken
    ) =>
        await RunAsync<bool>(
            async token =>
            {
                await attempt(token);
                return true;
            },
            cancellationToken
        );

    private TimeSpan Pause(int failures, Exception failure)
    {
        if (failure is SourceException { RetryAfter: { } asked } && asked > TimeSpan.Zero)
        {
            return asked < limit ? asked : limit;
        }
        var longest = Math.Min(s_longest.Ticks, s_first.Ticks * Math.Pow(2, Math.Min(failures, 20)));
        // Never nothing: the one that failed needs a moment.
        return TimeSpan.FromTicks((long)(longest * (0.5 + jitter() / 2)));
    }
}

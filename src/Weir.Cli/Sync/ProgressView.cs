using System.Diagnostics;
using Weir.Sync.Runs;

namespace Weir.Cli.Sync;

/// <summary>Shows a run while it is under way. What runners tell may come from any thread.</summary>
internal abstract class ProgressView
{
    /// <summary>Something that a user may want to know.</summary>
    public abstract void Tell(EntityProgress entity, string text);

    /// <summary>Shows until it is cancelled, which is its normal end.</summary>
    public abstract Task ShowAsync(SyncRunner runner, CancellationToken cancellationToken);

    /// <summary>The results.</summary>
    public abstract void End(IReadOnlyList<EntityProgress> results);

    /// <summary>Records a second, from when this process began with the entity until now, or until it ended.</summary>
    protected static double Rate(EntityProgress entity)
    {
        var end = entity.Ended == 0 ? Stopwatch.GetTimestamp() : entity.Ended;
        var seconds = entity.Began == 0 ? 0 : Stopwatch.GetElapsedTime(entity.Began, end).TotalSeconds;
        return seconds > 0 ? (entity.Counts.Read - entity.Before.Read) / seconds : 0;
    }

    /// <summary>How long it may copy yet; <see langword="null"/>: not known, or it does something else.</summary>
    protected static TimeSpan? Left(EntityProgress entity)
    {
        var rate = Rate(entity);
        return entity is { Estimate: { } all, Activity: "copying" } && rate > 0
            ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, all - entity.Counts.Read) / rate, 1e9))
            : null;
    }

    protected static string Name(EntityProgress entity) => $"{entity.Job}/{entity.Entity}";

    protected static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

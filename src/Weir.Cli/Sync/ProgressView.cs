using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Weir.Sync.Runs;
using Weir.Sync.Verification;

namespace Weir.Cli.Sync;

/// <summary>Shows a run or a verification while it is under way. What runners tell may come from any thread.</summary>
internal abstract class ProgressView
{
    /// <summary>For programs, for a log, or for people at a terminal.</summary>
    public static ProgressView For(ParseResult parsed) =>
        parsed.GetValue(SyncArguments.Json) ? new JsonProgress(Console.Out)
        : Terminal.IsInteractive ? new LiveProgress()
        : new PlainProgress(Console.Out);

    /// <summary>Something that a user may want to know.</summary>
    public abstract void Tell(EntityProgress entity, string text);

    /// <summary>Shows until it is cancelled, which is its normal end.</summary>
    /// <param name="entities">The entities, which may become more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public abstract Task ShowAsync(
        IReadOnlyCollection<EntityProgress> entities,
        CancellationToken cancellationToken
    );

    /// <summary>The results.</summary>
    public abstract void End(IReadOnlyList<EntityProgress> results);

    /// <summary>What a verification found; while it is shown.</summary>
    public abstract void End(EntityProgress entity, VerifyResult result);

    /// <summary>What a verification found, as lines.</summary>
    protected static IEnumerable<string> Lines(EntityProgress entity, VerifyResult result)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(entity)}: {(result.IsSame ? "the same" : "DIFFERENT")}; {result.SourceCount:N0} at the source, {result.DestinationCount:N0} at the destination, {result.Missing:N0} missing, {result.Extra:N0} extra, {result.Differing:N0} differing; {Rate(entity):N0}/s"
        );
        foreach (var difference in result.Named)
        {
            yield return $"  {difference.Kind.ToString().ToLowerInvariant()}: {difference.Key}";
        }
        var unnamed = result.Missing + result.Extra + result.Differing - result.Named.Count;
        if (unnamed > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  and {unnamed:N0} more");
        }
    }

    /// <summary>Records a second, from when this process began with the entity until now, or until it ended.</summary>
    protected static double Rate(EntityProgress entity)
    {
        var end = entity.Ended == 0 ? Stopwatch.GetTimestamp() : entity.Ended;
        var seconds = entity.Began == 0 ? 0 : Stopwatch.GetElapsedTime(entity.Began, end).TotalSeconds;
        return seconds > 0 ? (entity.Counts.Read - entity.Before.Read) / seconds : 0;
    }

    /// <summary>How long it may copy or verify yet; <see langword="null"/>: not known, or it does something else.</summary>
    protected static TimeSpan? Left(EntityProgress entity)
    {
        var rate = Rate(entity);
        return entity is { Estimate: { } all, Activity: "copying" or EntityProgress.Verifying } && rate > 0
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

using Weir.Sync.Runs;

namespace Weir.Cli.Sync;

/// <summary>Exit codes of <c>weir sync</c>; docs/sync.md lists them.</summary>
internal static class SyncExit
{
    public const int Done = 0;
    public const int BadConfiguration = 1;
    public const int Failed = 2;
    public const int Cancelled = 3;
    public const int Interrupted = 4;
    public const int Differs = 5;

    /// <summary>The code of the worst result.</summary>
    public static int Of(IEnumerable<EntityProgress> entities)
    {
        var outcomes = entities.Select(e => e.Result?.Outcome ?? EntityOutcome.Interrupted).ToHashSet();
        return outcomes.Contains(EntityOutcome.Failed) ? Failed
            : outcomes.Contains(EntityOutcome.Cancelled) ? Cancelled
            : outcomes.Contains(EntityOutcome.Interrupted) ? Interrupted
            : Done;
    }
}

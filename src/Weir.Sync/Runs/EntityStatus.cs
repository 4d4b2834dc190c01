using Weir.Sync.Checkpoints;

namespace Weir.Sync.Runs;

/// <summary>What an entity's checkpoint says.</summary>
public sealed record EntityStatus
{
    /// <summary>The job.</summary>
    public required string Job { get; init; }

    /// <summary>The entity.</summary>
    public required string Entity { get; init; }

    /// <summary>
    /// new, running, interrupted (nobody runs it now), following, paused (nobody follows now), done, failed or cancelled.
    /// </summary>
    public required string State { get; init; }

    /// <summary>How far a run that is not finished is: copy, index, swap, compare, follow.</summary>
    public string? Phase { get; init; }

    /// <summary>Who runs it now.</summary>
    public string? Runner { get; init; }

    /// <summary>When its last run began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When its last run ended well.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>About how many records there are.</summary>
    public long? Estimate { get; init; }

    /// <summary>Parts that are at their end.</summary>
    public int PartsDone { get; init; }

    /// <summary>Parts of the run.</summary>
    public int Parts { get; init; }

    /// <summary>What the run did so far, or the last one.</summary>
    public Counts Counts { get; init; }

    /// <summary>Why the last run failed.</summary>
    public string? Error { get; init; }
}

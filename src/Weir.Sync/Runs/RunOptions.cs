namespace Weir.Sync.Runs;

/// <summary>How jobs are run.</summary>
public sealed record RunOptions
{
    /// <summary>Begin anew, whatever the checkpoint says.</summary>
    public bool Restart { get; init; }

    /// <summary>Only go on with runs that were not finished.</summary>
    public bool OnlyUnfinished { get; init; }

    /// <summary>Follow only until no change is left.</summary>
    public bool Once { get; init; }
}

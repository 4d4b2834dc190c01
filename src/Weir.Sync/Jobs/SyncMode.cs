namespace Weir.Sync.Jobs;

/// <summary>How a job moves its data.</summary>
public enum SyncMode
{
    /// <summary>Everything, into a staging collection that takes the live one's place by one rename at the end.</summary>
    Full,

    /// <summary>What changed since the last run, by a watermark; everything in the first run.</summary>
    Incremental,

    /// <summary>Everything once, then every change as it happens, from a MongoDB source's change stream.</summary>
    Follow,
}

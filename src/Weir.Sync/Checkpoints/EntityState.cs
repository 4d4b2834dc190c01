namespace Weir.Sync.Checkpoints;

/// <summary>Where an entity stands.</summary>
public enum EntityState
{
    /// <summary>It never ran.</summary>
    New,

    /// <summary>A run is under way, or its process ended without a word: <c>resume</c> goes on.</summary>
    Running,

    /// <summary>The copy is done and changes are followed.</summary>
    Following,

    /// <summary>The last run ended well.</summary>
    Done,

    /// <summary>The last run failed; it can be resumed.</summary>
    Failed,

    /// <summary>The last run was cancelled; it can be resumed.</summary>
    Cancelled,
}

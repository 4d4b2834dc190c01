namespace Weir.Sync.Runs;

/// <summary>How the run of an entity ended.</summary>
public enum EntityOutcome
{
    /// <summary>All is done.</summary>
    Done,

    /// <summary>It failed; it can be resumed.</summary>
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>This process was told to stop; it can be resumed.</summary>
    Interrupted,

    /// <summary>Another runner has it.</summary>
    Elsewhere,

    /// <summary>There was nothing to resume.</summary>
    Nothing,
}

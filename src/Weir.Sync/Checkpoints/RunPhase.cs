namespace Weir.Sync.Checkpoints;

/// <summary>How far a run is. Phases come in this order; a run may skip some.</summary>
public enum RunPhase
{
    /// <summary>The collection to fill is made ready.</summary>
    Prepare,

    /// <summary>Records are copied, part by part.</summary>
    Copy,

    /// <summary>The staging collection gets the rest of its indexes.</summary>
    Index,

    /// <summary>The staging collection takes the live one's place.</summary>
    Swap,

    /// <summary>What the source has no more is deleted.</summary>
    Compare,

    /// <summary>Changes are followed.</summary>
    Follow,
}

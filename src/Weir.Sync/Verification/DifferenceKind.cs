namespace Weir.Sync.Verification;

/// <summary>How a document differs.</summary>
public enum DifferenceKind
{
    /// <summary>The destination does not have it.</summary>
    Missing,

    /// <summary>The source does not have it.</summary>
    Extra,

    /// <summary>Both have it, and not the same.</summary>
    Differs,
}

namespace Weir.Sync.Verification;

/// <summary>What comparing an entity's source and destination gave.</summary>
/// <param name="SourceCount">Documents that the source makes, after transforms.</param>
/// <param name="DestinationCount">Documents of the destination.</param>
/// <param name="Missing">Documents that the destination does not have.</param>
/// <param name="Extra">Documents that the source does not have.</param>
/// <param name="Differing">Documents that both have, and not the same.</param>
/// <param name="Named">The first of them, by name.</param>
public sealed record VerifyResult(
    long SourceCount,
    long DestinationCount,
    long Missing,
    long Extra,
    long Differing,
    IReadOnlyList<Difference> Named
)
{
    /// <summary>Whether both are the same.</summary>
    public bool IsSame => Missing == 0 && Extra == 0 && Differing == 0;
}

namespace Weir.Sync.Verification;

/// <summary>A document that differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="Key">Its key, as Extended JSON.</param>
public sealed record Difference(DifferenceKind Kind, string Key);

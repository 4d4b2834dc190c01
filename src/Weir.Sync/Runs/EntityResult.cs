namespace Weir.Sync.Runs;

/// <summary>How the run of an entity ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Message">The reason, where there is one to tell.</param>
public sealed record EntityResult(EntityOutcome Outcome, string? Message = null);

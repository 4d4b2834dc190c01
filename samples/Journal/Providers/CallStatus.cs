namespace Weir.Samples.Journal.Providers;

/// <summary>How a call goes.</summary>
/// <param name="Transcript">What was told; null: the call is not over.</param>
public sealed record CallStatus(string? Transcript);

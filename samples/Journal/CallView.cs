namespace Weir.Samples.Journal;

/// <summary>A call, as the API shows it.</summary>
public sealed record CallView(string Id, string Person, string State);

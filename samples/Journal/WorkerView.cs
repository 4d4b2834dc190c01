namespace Weir.Samples.Journal;

/// <summary>A worker, as the API shows it.</summary>
public sealed record WorkerView(string Name, string State, long? Fence, long Runs, string? LastError);

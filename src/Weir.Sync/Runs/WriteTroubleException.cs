namespace Weir.Sync.Runs;

/// <summary>The destination did a part of a write, and what it said of the rest may pass.</summary>
internal sealed class WriteTroubleException(string message) : Exception(message);

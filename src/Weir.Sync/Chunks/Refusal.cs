namespace Weir.Sync.Chunks;

/// <summary>A record that cannot be written, and why.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Code">The server's error code; 0 where Weir refused it.</param>
/// <param name="Record">The record as BSON; empty where it is no document at all.</param>
internal sealed record Refusal(string Reason, int Code, byte[] Record);

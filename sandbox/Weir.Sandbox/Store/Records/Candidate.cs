namespace Weir.Sandbox.Store.Records;

/// <summary>A document that may match, as its reader sees it.</summary>
internal readonly record struct Candidate(Record Record, byte[] Bytes);

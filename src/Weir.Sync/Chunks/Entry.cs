namespace Weir.Sync.Chunks;

/// <summary>Where a record stands in its chunk's bytes.</summary>
internal readonly record struct Entry(EntryKind Kind, int Offset, int Length);

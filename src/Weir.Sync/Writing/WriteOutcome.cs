using Weir.Sync.Chunks;

namespace Weir.Sync.Writing;

/// <summary>What came of a chunk's writes.</summary>
/// <param name="Written">Documents that are there now as they were sent.</param>
/// <param name="Deleted">Documents that were deleted.</param>
/// <param name="Refused">Documents that the destination does not take, and why.</param>
internal readonly record struct WriteOutcome(long Written, long Deleted, IReadOnlyList<Refusal> Refused);

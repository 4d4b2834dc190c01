using Weir.Protocol.Bson;

namespace Weir.Sync.Jobs;

/// <summary>How an incremental job learns of deleted records.</summary>
/// <param name="TombstoneField">The field that marks a record as deleted; <see langword="null"/>: none does.</param>
/// <param name="TombstoneValue">
/// The value that marks it; <see langword="null"/>: any but null, false and zero.
/// </param>
/// <param name="Compare">Whether every run ends with a pass that deletes what the source has no more.</param>
public sealed record Deletes(string? TombstoneField, BsonValue? TombstoneValue, bool Compare);

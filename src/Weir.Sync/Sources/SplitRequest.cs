using Weir.Protocol.Bson;

namespace Weir.Sync.Sources;

/// <summary>What a source is asked to split.</summary>
/// <param name="Parts">How many parts would be welcome; a source that cannot be split makes one.</param>
/// <param name="Since">
/// For incremental jobs: the watermark from which on records are wanted, overlap included;
/// <see langword="null"/>: all are.
/// </param>
/// <param name="ChunkSize">Records per chunk: a part smaller than that is not worth it.</param>
public sealed record SplitRequest(int Parts, BsonValue? Since, int ChunkSize);

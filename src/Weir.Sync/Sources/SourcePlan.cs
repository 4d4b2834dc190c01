using Weir.Protocol.Bson;

namespace Weir.Sync.Sources;

/// <summary>How a run reads its source.</summary>
/// <param name="Parts">The parts; none when there is nothing to read. Each in the source's own terms.</param>
public sealed record SourcePlan(IReadOnlyList<BsonDocument> Parts)
{
    /// <summary>About how many records there are; <see langword="null"/>: not known.</summary>
    public long? Estimate { get; init; }

    /// <summary>
    /// For incremental jobs: the watermark that the next run begins at, where the source knows it beforehand; else the
    /// highest that is seen counts.
    /// </summary>
    public BsonValue? Watermark { get; init; }
}

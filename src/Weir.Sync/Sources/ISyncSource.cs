using Weir.Protocol.Bson;

namespace Weir.Sync.Sources;

/// <summary>
/// Where the records of one entity come from. Make one of your own by implementing this and
/// <see cref="ISourceReader"/>, and a <see cref="SourceSettings"/> that opens it; docs/sync-sources.md says how.
/// </summary>
/// <remarks>Used for one run of one entity. Splits once, then many readers read at the same time.</remarks>
public interface ISyncSource : IAsyncDisposable
{
    /// <summary>
    /// Splits what is to be read into parts that together hold every record once. Called when a run begins, not when
    /// it is resumed: the parts are kept in the checkpoint.
    /// </summary>
    ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a part.</summary>
    /// <param name="part">A part of the plan, perhaps made by an earlier process.</param>
    /// <param name="position">
    /// The <see cref="Chunks.Chunk.Position"/> to go on after; <see langword="null"/>: from the beginning. Records may
    /// come again after a resume, but none may be missing.
    /// </param>
    ISourceReader Read(BsonDocument part, BsonDocument? position);
}

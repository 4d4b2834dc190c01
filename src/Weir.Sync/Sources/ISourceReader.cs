using Weir.Sync.Chunks;

namespace Weir.Sync.Sources;

/// <summary>Reads one part of a source, chunk by chunk. For one caller.</summary>
public interface ISourceReader : IAsyncDisposable
{
    /// <summary>
    /// Adds records to the chunk until it is full or the part is at its end, and sets its position after each.
    /// A call that failed is repeated with the same chunk: what was added stays, and the reader goes on after it.
    /// </summary>
    /// <returns>Whether there may be more.</returns>
    ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken);
}

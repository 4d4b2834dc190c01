using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Sync.Verification;

/// <summary>Reads a part to its end, chunk by chunk, each record as it would be written. For one caller.</summary>
internal sealed class RecordStream(
    ISourceReader reader,
    RecordPipeline? pipeline,
    Func<Chunk> newChunk,
    Retry retry
) : IAsyncDisposable
{
    private bool _isAtEnd;

    /// <summary>The next chunk, which the caller disposes; <see langword="null"/>: the end.</summary>
    public async ValueTask<Chunk?> NextAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd)
        {
            return null;
        }
        var chunk = newChunk();
        try
        {
            await chunk.ReserveAsync(cancellationToken);
            _isAtEnd = !await retry.RunAsync(token => reader.ReadAsync(chunk, token), cancellationToken);
            if (pipeline is null)
            {
                return chunk;
            }
            var made = newChunk();
            if (pipeline.Apply(chunk, made) == chunk)
            {
                made.Dispose();
                return chunk;
            }
            chunk.Dispose();
            return made;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    /// <summary>The sum of all that is left.</summary>
    /// <param name="hash">Makes the hashes.</param>
    /// <param name="compared">Hears of each chunk.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<RangeHash> HashAsync(
        DocumentHash hash,
        Action<Chunk>? compared,
        CancellationToken cancellationToken
    )
    {
        var sum = default(RangeHash);
        while (await NextAsync(cancellationToken) is { } chunk)
        {
            using (chunk)
            {
                foreach (var entry in chunk.Entries)
                {
                    if (entry.Kind == EntryKind.Put)
                    {
                        sum = sum.Add(hash.Of(chunk[entry]));
                    }
                }
                compared?.Invoke(chunk);
            }
        }
        return sum;
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}

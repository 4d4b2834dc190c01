using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Projections;

namespace Weir.Sandbox.Store.Reading;

/// <summary>A find's results: skipped, limited, projected.</summary>
internal sealed class FindCursor(DocumentSource source, Projection? projection, long skip, long limit)
    : DocumentCursor
{
    private long toSkip = skip;
    private long left = limit == 0 ? long.MaxValue : limit;

    protected override bool SourceIsExhausted => left == 0 || source.IsExhausted;

    protected override bool TryRead(out ReadOnlyMemory<byte> document)
    {
        document = default;
        while (left > 0 && source.TryRead(out var bytes))
        {
            if (toSkip > 0)
            {
                toSkip--;
                continue;
            }

            left--;
            document = projection is null ? bytes : projection.Apply(BsonDocument.Parse(bytes)).ToBytes();
            return true;
        }

        return false;
    }
}

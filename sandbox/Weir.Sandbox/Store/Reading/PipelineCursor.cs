using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Reading;

/// <summary>An aggregation's results, computed as they are pulled.</summary>
internal sealed class PipelineCursor(IEnumerable<BsonDocument> results) : DocumentCursor
{
    private readonly IEnumerator<BsonDocument> results = results.GetEnumerator();
    private bool ended;

    protected override bool SourceIsExhausted => ended;

    protected override bool TryRead(out ReadOnlyMemory<byte> document)
    {
        if (!ended && results.MoveNext())
        {
            document = results.Current.ToBytes();
            return true;
        }

        ended = true;
        document = default;
        return false;
    }
}

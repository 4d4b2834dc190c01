using Weir.Sandbox.Store.Catalog;
using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Reading;

/// <summary>
/// A walk through a collection in natural order. It holds the gate only to copy references of some documents, and remembers
/// where it is by the record's id, so that writers may change the collection between.
/// </summary>
internal sealed class ScanSource(
    DocumentStore store,
    Collection collection,
    Transaction? reader,
    DocumentMatcher matcher,
    bool tailable
) : DocumentSource
{
    private const int FirstBatch = 64;
    private const int LargestBatch = 2048;

    private readonly List<Candidate> batch = [];
    private int next;
    private int batchSize = FirstBatch;
    private long position;
    private bool atEnd;

    public override bool IsExhausted => atEnd && !tailable && next >= batch.Count;

    public override bool TryRead(out byte[] bytes)
    {
        while (true)
        {
            while (next < batch.Count)
            {
                bytes = batch[next++].Bytes;
                if (matcher.Matches(bytes))
                {
                    return true;
                }
            }

            if ((atEnd && !tailable) || !Refill())
            {
                bytes = [];
                return false;
            }
        }
    }

    private bool Refill()
    {
        batch.Clear();
        next = 0;
        lock (store.Gate)
        {
            reader?.RequireOpen();
            if (collection.IsDropped)
            {
                throw new CommandError(175, "QueryPlanKilled", $"collection dropped. UUID {collection.Uuid}");
            }

            if (tailable && position > 0 && collection.Log.IsBefore(position))
            {
                throw new CommandError(
                    ErrorCodes.CappedPositionLost,
                    "CollectionScan died due to position in capped collection being deleted. "
                );
            }

            atEnd = !collection.Log.Read(ref position, reader, batchSize, batch);
        }

        batchSize = Math.Min(batchSize * 2, LargestBatch);
        return batch.Count > 0;
    }
}

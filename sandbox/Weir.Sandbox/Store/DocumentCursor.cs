using System.Diagnostics.CodeAnalysis;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store;

/// <summary>
/// Results, pulled one at a time. Not for two threads at once. Reads take the store's lock for moments, so a cursor may
/// stay open as long as it likes; without a sort it sees documents as they are when it comes to them, as the server's does.
/// </summary>
internal abstract class DocumentCursor
{
    private ReadOnlyMemory<byte>? putBack;

    /// <summary>There is nothing more to come. A tailable cursor at the end of its collection is not exhausted.</summary>
    public bool IsExhausted => putBack is null && SourceIsExhausted;

    protected abstract bool SourceIsExhausted { get; }

    /// <summary>The next document as bytes, the cheapest form; false when there is none now (see <see cref="IsExhausted"/>).</summary>
    public bool TryNextBytes(out ReadOnlyMemory<byte> document)
    {
        if (putBack is { } held)
        {
            document = held;
            putBack = null;
            return true;
        }

        return TryRead(out document);
    }

    /// <summary>The next document; the caller owns it.</summary>
    public bool TryNext([NotNullWhen(true)] out BsonDocument? document)
    {
        if (TryNextBytes(out var bytes))
        {
            document = BsonDocument.Parse(bytes.Span);
            return true;
        }

        document = null;
        return false;
    }

    /// <summary>Gives back a document that did not fit into this batch: it comes first in the next.</summary>
    public void PutBack(ReadOnlyMemory<byte> document) => putBack = document;

    /// <summary>All that is left, now.</summary>
    public List<BsonDocument> ToList()
    {
        var all = new List<BsonDocument>();
        while (TryNext(out var document))
        {
            all.Add(document);
        }

        return all;
    }

    protected abstract bool TryRead(out ReadOnlyMemory<byte> document);
}

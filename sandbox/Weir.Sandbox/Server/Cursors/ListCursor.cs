using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A cursor over documents that are there already, such as the result of listCollections.</summary>
internal sealed class ListCursor(IReadOnlyList<BsonDocument> documents) : DocumentCursor
{
    private int next;

    protected override bool SourceIsExhausted => next >= documents.Count;

    protected override bool TryRead(out ReadOnlyMemory<byte> document)
    {
        document = next < documents.Count ? documents[next++].ToBytes() : default(ReadOnlyMemory<byte>);
        return !document.IsEmpty;
    }
}

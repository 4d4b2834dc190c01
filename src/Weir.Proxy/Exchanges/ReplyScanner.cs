using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Exchanges;

/// <summary>One pass over the top level of a reply, and over that of its <c>cursor</c>. Allocates nothing.</summary>
internal static class ReplyScanner
{
    private const int EmptyDocument = 5;

    /// <exception cref="WireFormatException">It is no valid OP_MSG.</exception>
    /// <exception cref="BsonFormatException">Its document is broken.</exception>
    public static void Scan(ReadOnlySpan<byte> message, out ReplyView view)
    {
        OpMsg msg = OpMsg.Parse(message);
        view = new ReplyView { Body = new ByteRange(msg.BodyOffset, msg.Body.Length) };
        var reader = new BsonReader(msg.Body);
        while (reader.Read())
            Element(ref reader, msg.BodyOffset, ref view);
    }

    /// <summary>Takes in one element of the reply's top level.</summary>
    private static void Element(ref BsonReader reader, int body, ref ReplyView view)
    {
        switch (reader.Name.Length)
        {
            case 2 when reader.NameEquals("ok"u8):
                view.IsOk = reader.ToBoolean();
                break;
            case 4 when reader.NameEquals("code"u8) && reader.TryGetInteger(out long code):
                view.Code = (int)code;
                break;
            case 6 when reader.NameEquals("cursor"u8) && reader.Type == BsonType.Document:
                Cursor(reader.GetDocument(), body + reader.ValueOffset, ref view);
                break;
            case 11 when reader.NameEquals("errorLabels"u8) && reader.Type == BsonType.Array:
                view.IsRetryableOverload = IsRetryableOverload(reader.GetDocument());
                break;
            case 17 when reader.NameEquals("writeConcernError"u8) && reader.Type == BsonType.Document:
                var error = new BsonReader(reader.GetDocument());
                if (error.Find("code"u8) && error.TryGetInteger(out long concern))
                    view.WriteConcernCode = (int)concern;
                break;
        }
    }

    private static bool IsRetryableOverload(ReadOnlySpan<byte> labels)
    {
        bool isRetryable = false;
        bool isOverload = false;
        var reader = new BsonReader(labels);
        while (reader.Read())
        {
            if (reader.Type != BsonType.String)
                continue;
            isRetryable |= reader.GetUtf8().SequenceEqual("RetryableError"u8);
            isOverload |= reader.GetUtf8().SequenceEqual("SystemOverloadedError"u8);
        }
        return isRetryable && isOverload;
    }

    private static void Cursor(ReadOnlySpan<byte> document, int offset, ref ReplyView view)
    {
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            if (reader.Type == BsonType.Int64 && reader.NameEquals("id"u8))
            {
                view.CursorId = reader.GetInt64();
                view.CursorIdOffset = offset + reader.ValueOffset;
            }
            else if (reader.Type == BsonType.Array && reader.NameEquals("nextBatch"u8))
            {
                view.IsEmptyBatch = reader.GetDocument().Length == EmptyDocument;
            }
            else if (reader.Type == BsonType.String && reader.NameEquals("ns"u8))
            {
                view.CursorNamespace = new ByteRange(
                    offset + reader.ValueOffset + 4,
                    reader.GetUtf8().Length
                );
            }
        }
    }
}

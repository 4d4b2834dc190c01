using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>Reads a reply without making a tree of its cursor's batch.</summary>
internal static class CursorBatch
{
    /// <summary>The reply, with an empty array where the batch was that <paramref name="take"/> got.</summary>
    /// <exception cref="BsonFormatException">It is not valid.</exception>
    public static BsonDocument Read(ReadOnlySpan<byte> body, BatchTaker take)
    {
        var reply = new BsonDocument();
        var reader = new BsonReader(body);
        while (reader.Read())
        {
            var isCursor = reader.Type == BsonType.Document && reader.NameEquals("cursor"u8);
            reply.Add(
                reader.GetName(),
                isCursor ? ReadCursor(reader.GetDocument(), take) : reader.GetValue()
            );
        }
        return reply;
    }

    private static BsonDocument ReadCursor(ReadOnlySpan<byte> bytes, BatchTaker take)
    {
        var cursor = new BsonDocument();
        var reader = new BsonReader(bytes);
        while (reader.Read())
        {
            var isBatch =
                reader.Type == BsonType.Array
                && (reader.NameEquals("firstBatch"u8) || reader.NameEquals("nextBatch"u8));
            if (isBatch)
            {
                take(reader.GetDocument());
            }
            cursor.Add(reader.GetName(), isBatch ? new BsonArray() : reader.GetValue());
        }
        return cursor;
    }
}

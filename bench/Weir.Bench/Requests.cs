using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Bench;

/// <summary>The messages of the bench, encoded once.</summary>
internal static class Requests
{
    public static readonly byte[] Hello = Encode(
        new BsonDocument
        {
            ["hello"] = 1,
            ["client"] = new BsonDocument
            {
                ["application"] = new BsonDocument { ["name"] = "weir-bench" },
                ["driver"] = new BsonDocument { ["name"] = "weir-bench", ["version"] = "1" },
                ["os"] = new BsonDocument { ["type"] = "Linux" },
            },
            ["$db"] = "admin",
        }
    );

    public static readonly byte[] Ping = Encode(new BsonDocument { ["ping"] = 1, ["$db"] = "bench" });

    public static readonly byte[] Find = Encode(
        new BsonDocument
        {
            ["find"] = "things",
            ["filter"] = new BsonDocument { ["_id"] = 42 },
            ["limit"] = 1,
            ["singleBatch"] = true,
            ["lsid"] = new BsonDocument { ["id"] = new BsonBinary(4, new byte[16]) },
            ["$db"] = "bench",
        }
    );

    public static readonly byte[] Insert = Encode(
        new BsonDocument
        {
            ["insert"] = "things",
            ["documents"] = new BsonArray
            {
                new BsonDocument { ["_id"] = 1, ["text"] = new string('x', 1000) },
            },
            ["lsid"] = new BsonDocument { ["id"] = new BsonBinary(4, new byte[16]) },
            ["$db"] = "bench",
        }
    );

    /// <summary>Asks for the rest of a cursor, whose id is at <see cref="GetMoreCursor"/>.</summary>
    public static readonly byte[] GetMore = Encode(
        new BsonDocument
        {
            ["getMore"] = 0L,
            ["collection"] = "chain",
            ["lsid"] = new BsonDocument { ["id"] = new BsonBinary(4, new byte[16]) },
            ["$db"] = "bench",
        }
    );

    /// <summary>Behind the header, the flags, the section's kind, the document's length, a type and "getMore".</summary>
    public const int GetMoreCursor = 16 + 4 + 1 + 4 + 1 + 8;

    /// <summary>A find in the collection for which the canned server has something special.</summary>
    public static byte[] FindIn(string collection) =>
        Encode(
            new BsonDocument
            {
                ["find"] = collection,
                ["filter"] = new BsonDocument(),
                ["lsid"] = new BsonDocument { ["id"] = new BsonBinary(4, new byte[16]) },
                ["$db"] = "bench",
            }
        );

    /// <summary>The cursor's id in a reply of the canned server, which tells it first.</summary>
    public static long CursorOf(ReadOnlySpan<byte> reply)
    {
        var at = reply.IndexOf("\u0012id\0"u8);
        return at < 0 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(reply[(at + 4)..]);
    }

    public static byte[] Encode(BsonDocument body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(buffer, requestId: 0, responseTo: 0, OpMsgFlags.None, body);
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
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

    public static byte[] ForOperation(string operation) =>
        operation switch
        {
            "ping" => Ping,
            "find" => Find,
            "insert" => Insert,
            _ => throw new ArgumentException($"no operation is called '{operation}' (ping, find, insert)"),
        };

    public static byte[] Encode(BsonDocument body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(buffer, requestId: 0, responseTo: 0, OpMsgFlags.None, body);
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;

namespace Weir.MicroBench;

/// <summary>What is read of a message on its way through: a find of one document, and its reply.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "A benchmark is an instance's.")]
public class Messages
{
    private static readonly byte[] Find = Encode(
        new BsonDocument
        {
            ["find"] = "things",
            ["filter"] = new BsonDocument { ["_id"] = 42 },
            ["limit"] = 1,
            ["singleBatch"] = true,
            ["lsid"] = new BsonDocument { ["id"] = new BsonBinary(BsonBinary.Uuid, new byte[16]) },
            ["$db"] = "bench",
        }
    );

    private static readonly byte[] Reply = Encode(
        new BsonDocument
        {
            ["cursor"] = new BsonDocument
            {
                ["firstBatch"] = new BsonArray
                {
                    new BsonDocument { ["_id"] = 42, ["text"] = new string('y', 160) },
                },
                ["id"] = 0L,
                ["ns"] = "bench.things",
            },
            ["ok"] = 1.0,
        }
    );

    /// <summary>What routing needs to know of a request.</summary>
    [Benchmark]
    public int ScanRequest()
    {
        CommandScanner.Scan(Find, out var view);
        return view.RequestId;
    }

    /// <summary>What the tables need to know of a reply.</summary>
    [Benchmark]
    public bool ScanReply()
    {
        ReplyScanner.Scan(Reply, out var view);
        return view.IsOk;
    }

    /// <summary>The whole reply as a document, which only Weir's own commands pay for.</summary>
    [Benchmark]
    public int ParseReply() => BsonDocument.Parse(OpMsg.Parse(Reply).Body).Count;

    private static byte[] Encode(BsonDocument body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(buffer, 1, 1, OpMsgFlags.None, body);
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>
/// A server that answers from memory, faster than anything in front of it: hello as a standalone, one small
/// document to every find, ok to the rest. Counts its connections.
/// </summary>
internal sealed class CannedServer
{
    private const int RequestIdOffset = 4;
    private const int ResponseToOffset = 8;

    private static readonly byte[] HelloReply = Requests.Encode(
        new BsonDocument
        {
            ["helloOk"] = true,
            ["isWritablePrimary"] = true,
            ["ismaster"] = true,
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
            ["maxMessageSizeBytes"] = 48_000_000,
            ["maxWriteBatchSize"] = 100_000,
            ["logicalSessionTimeoutMinutes"] = 30,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = 21,
            ["readOnly"] = false,
            ["ok"] = 1.0,
        }
    );

    private static readonly byte[] FindReply = Requests.Encode(
        new BsonDocument
        {
            ["cursor"] = new BsonDocument
            {
                ["firstBatch"] = new BsonArray
                {
                    new BsonDocument
                    {
                        ["_id"] = 42,
                        ["name"] = "thing 42",
                        ["text"] = new string('y', 160),
                    },
                },
                ["id"] = 0L,
                ["ns"] = "bench.things",
            },
            ["ok"] = 1.0,
        }
    );

    private static readonly byte[] InsertReply = Requests.Encode(
        new BsonDocument { ["n"] = 1, ["ok"] = 1.0 }
    );
    private static readonly byte[] OkReply = Requests.Encode(new BsonDocument { ["ok"] = 1.0 });

    private int _current;
    private int _peak;

    public int Current => Volatile.Read(ref _current);

    public int Peak => Volatile.Read(ref _peak);

    public Listener Listen(Network network, int port) =>
        network.Listen(new IPEndPoint(IPAddress.Loopback, port), new ListenerOptions(), ServeAsync);

    public void ResetPeak() => Volatile.Write(ref _peak, Current);

    private async Task ServeAsync(Channel client)
    {
        var now = Interlocked.Increment(ref _current);
        InterlockedMax(ref _peak, now);
        var buffer = new byte[16 * 1024];
        var filled = 0;
        try
        {
            int received;
            while ((received = await client.ReceiveAsync(buffer.AsMemory(filled))) > 0)
            {
                filled += received;
                while (
                    filled >= 4
                    && BinaryPrimitives.ReadInt32LittleEndian(buffer) is var length
                    && filled >= length
                )
                {
                    if (!await client.SendAsync(Answer(buffer.AsSpan(0, length))))
                    {
                        return;
                    }

                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    filled -= length;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _current);
        }
    }

    // A reply is at most a few hundred bytes, so it is copied: two connections may answer at once.
    private static byte[] Answer(ReadOnlySpan<byte> request)
    {
        var header = MessageHeader.Read(request);
        if (header.OpCode == OpCode.Query)
        {
            return LegacyHello(header.RequestId);
        }

        var command = new BsonReader(OpMsg.Parse(request).Body);
        command.Read();
        var template =
            command.NameEquals("find"u8) ? FindReply
            : command.NameEquals("insert"u8) ? InsertReply
            : command.NameEquals("hello"u8)
            || command.NameEquals("isMaster"u8)
            || command.NameEquals("ismaster"u8)
                ? HelloReply
            : OkReply;
        var reply = template.AsSpan().ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(RequestIdOffset), 1);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(ResponseToOffset), header.RequestId);
        return reply;
    }

    private static byte[] LegacyHello(int requestId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteReply(
            buffer,
            requestId: 1,
            responseTo: requestId,
            BsonDocument.Parse(OpMsg.Parse(HelloReply).Body)
        );
        return buffer.WrittenSpan.ToArray();
    }

    private static void InterlockedMax(ref int location, int value)
    {
        int seen;
        while (
            (seen = Volatile.Read(ref location)) < value
            && Interlocked.CompareExchange(ref location, value, seen) != seen
        ) { }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>
/// A server that answers from memory, faster than anything in front of it: hello as a standalone; one small document to
/// a find, one of 1 MB to a find in "big", a cursor of ten batches to a find in "chain"; ok to the rest. Counts its
/// connections.
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

    /// <summary>Of the cursor that a find in "chain" opens.</summary>
    public const int Batches = 10;

    private static readonly byte[] FindReply = Requests.Encode(Batch("firstBatch", 0, 160));
    private static readonly byte[] BigReply = Requests.Encode(Batch("firstBatch", 0, 1024 * 1024));
    private static readonly byte[] UnknownCursor = Requests.Encode(
        new BsonDocument
        {
            ["ok"] = 0.0,
            ["code"] = 43,
            ["errmsg"] = "no such cursor",
        }
    );

    private static readonly byte[] InsertReply = Requests.Encode(
        new BsonDocument { ["n"] = 1, ["ok"] = 1.0 }
    );
    private static readonly byte[] OkReply = Requests.Encode(new BsonDocument { ["ok"] = 1.0 });

    private readonly ConcurrentDictionary<long, int> _cursors = new();
    private long _lastCursor;
    private int _current;
    private int _peak;

    public int Current => Volatile.Read(ref _current);

    public int Peak => Volatile.Read(ref _peak);

    public Listener Listen(Network network, IPEndPoint address) =>
        network.Listen(address, new ListenerOptions(), ServeAsync);

    public void ResetPeak() => Volatile.Write(ref _peak, Current);

    private async Task ServeAsync(Channel client)
    {
        var now = Interlocked.Increment(ref _current);
        InterlockedMax(ref _peak, now);
        var buffer = new byte[16 * 1024];
        var header = new byte[MessageHeader.Size];
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
                    // The header is this connection's; what follows is everybody's, and is not copied.
                    var reply = Answer(buffer.AsSpan(0, length), header);
                    if (!await client.SendAsync(header, reply.AsMemory(header.Length)))
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

    private byte[] Answer(ReadOnlySpan<byte> request, Span<byte> header)
    {
        var asked = MessageHeader.Read(request);
        var reply =
            asked.OpCode == OpCode.Query ? LegacyHello() : AnswerCommand(new(OpMsg.Parse(request).Body));
        reply.AsSpan(0, header.Length).CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[RequestIdOffset..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[ResponseToOffset..], asked.RequestId);
        return reply;
    }

    private byte[] AnswerCommand(BsonReader command)
    {
        command.Read();
        return command.NameEquals("find"u8) ? Find(ref command)
            : command.NameEquals("getMore"u8) ? GetMore(command.GetInt64())
            : command.NameEquals("insert"u8) ? InsertReply
            : command.NameEquals("hello"u8)
            || command.NameEquals("isMaster"u8)
            || command.NameEquals("ismaster"u8)
                ? HelloReply
            : OkReply;
    }

    private byte[] Find(ref BsonReader command)
    {
        switch (command.GetString())
        {
            case "big":
                return BigReply;
            case "chain":
                var id = Interlocked.Increment(ref _lastCursor);
                _cursors[id] = Batches - 1;
                return Requests.Encode(Batch("firstBatch", id, 160));
            default:
                return FindReply;
        }
    }

    private byte[] GetMore(long id)
    {
        if (!_cursors.TryGetValue(id, out var left))
        {
            return UnknownCursor;
        }

        _cursors[id] = left - 1;
        if (left == 1)
        {
            _cursors.TryRemove(id, out _);
        }

        return Requests.Encode(Batch("nextBatch", left == 1 ? 0 : id, 160));
    }

    private static BsonDocument Batch(string name, long cursor, int size) =>
        new()
        {
            ["cursor"] = new BsonDocument
            {
                ["id"] = cursor,
                ["ns"] = "bench.things",
                [name] = new BsonArray
                {
                    new BsonDocument
                    {
                        ["_id"] = 42,
                        ["name"] = "thing 42",
                        ["text"] = new string('y', size),
                    },
                },
            },
            ["ok"] = 1.0,
        };

    private static byte[] LegacyHello()
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteReply(
            buffer,
            requestId: 1,
            responseTo: 0,
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

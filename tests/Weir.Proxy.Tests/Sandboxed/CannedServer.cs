using System.Buffers.Binary;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Sandboxed;

/// <summary>A standalone that answers every command with the same bytes, and allocates nothing for it.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly byte[] _reply;
    private readonly byte[] _nothingNew = Messages.Reply(
        new()
        {
            ["cursor"] = new BsonDocument
            {
                ["nextBatch"] = new BsonArray(),
                ["id"] = CursorId,
                ["ns"] = "app.c",
            },
            ["ok"] = 1.0,
        },
        0
    );
    private long _getMores;

    public CannedServer(Network network, int documents = 1, bool keepsCursors = false)
    {
        var batch = new BsonArray(
            Enumerable
                .Range(0, documents)
                .Select(i => (BsonValue)new BsonDocument { ["_id"] = i, ["text"] = "some text" })
        );
        _reply = Messages.Reply(
            new()
            {
                ["cursor"] = new BsonDocument
                {
                    ["firstBatch"] = batch,
                    ["id"] = keepsCursors ? CursorId : 0L,
                    ["ns"] = "app.c",
                },
                ["ok"] = 1.0,
            },
            0
        );
        _listener = network.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ListenerOptions(), ServeAsync);
    }

    private const long CursorId = 77;

    /// <summary>getMores so far; each was told at once that there is nothing new.</summary>
    public long GetMores => Volatile.Read(ref _getMores);

    public EndPoint EndPoint => _listener.LocalEndPoint;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(Channel channel)
    {
        var reader = new FrameReader(channel, 48_000_000);
        byte[] reply = (byte[])_reply.Clone();
        byte[] nothingNew = (byte[])_nothingNew.Clone();
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            MessageHeader header = MessageHeader.Read(read.Frame.Span);
            bool hello =
                header.OpCode == OpCode.Query
                || read.Frame.Span.IndexOf("hello\0"u8) > 0
                || read.Frame.Span.IndexOf("isMaster\0"u8) > 0;
            bool getMore = read.Frame.Span.IndexOf("getMore\0"u8) > 0;
            read.Frame.Return();
            if (hello)
            {
                await channel.SendAsync(Hello(header));
                continue;
            }
            if (getMore)
                Interlocked.Increment(ref _getMores);
            byte[] answer = getMore ? nothingNew : reply;
            BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(8), header.RequestId);
            await channel.SendAsync(answer);
        }
    }

    private static byte[] Hello(MessageHeader header)
    {
        var document = new BsonDocument
        {
            ["ismaster"] = true,
            ["helloOk"] = true,
            ["maxWireVersion"] = 25,
            ["compression"] = new BsonArray { "snappy", "zlib", "zstd" },
            ["ok"] = 1,
        };
        if (header.OpCode == OpCode.Msg)
            return Messages.Reply(document, header.RequestId);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        MessageWriter.WriteReply(output, 1, header.RequestId, document);
        return output.WrittenSpan.ToArray();
    }
}

using System.Net;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Chaos.Tests;

/// <summary>A server that shakes hands as a standalone does and treats every other command as a test says.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly LoopNetwork _network = LoopNetwork.Create(1);
    private readonly Listener _listener;
    private int _used;

    public ScriptedUpstream(Func<Channel, int, BsonDocument, Task> answer, Func<bool>? mayGreet = null)
    {
        Answer = answer;
        MayGreet = mayGreet ?? (() => true);
        _listener = _network.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ListenerOptions(), ServeAsync);
    }

    public string ConnectionString => $"mongodb://{_listener.LocalEndPoint}/?minPoolSize=0";

    /// <summary>Gets the channel, the request's id and the command.</summary>
    public Func<Channel, int, BsonDocument, Task> Answer { get; }

    /// <summary>Whether a hello is answered.</summary>
    public Func<bool> MayGreet { get; }

    /// <summary>Connections that have carried a command of a client's.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Connections open now, monitors' included.</summary>
    public int Open => _listener.Active;

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _network.DisposeAsync();
    }

    private async Task ServeAsync(Channel channel)
    {
        using var reader = new FrameReader(channel, 48_000_000);
        bool used = false;
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            byte[] message = read.Frame.Span.ToArray();
            read.Frame.Return();
            MessageHeader header = MessageHeader.Read(message);
            bool isLegacy = header.OpCode == OpCode.Query;
            BsonDocument command = isLegacy
                ? BsonDocument.Parse(OpQuery.Parse(message).Query)
                : OpMsg.Parse(message).ToCommand();
            if (isLegacy || command[0].Name is "hello" or "isMaster" or "ismaster")
            {
                if (MayGreet())
                    await GreetAsync(channel, header.RequestId, isLegacy);
                continue;
            }
            if (!used)
                Interlocked.Increment(ref _used);
            used = true;
            await Answer(channel, header.RequestId, command);
        }
    }

    private static async Task GreetAsync(Channel channel, int requestId, bool isLegacy)
    {
        var reply = new BsonDocument
        {
            ["helloOk"] = true,
            ["isWritablePrimary"] = true,
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
            ["maxMessageSizeBytes"] = 48_000_000,
            ["maxWriteBatchSize"] = 100_000,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = 25,
            ["ok"] = 1.0,
        };
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        if (isLegacy)
            MessageWriter.WriteReply(output, 1, requestId, reply);
        else
            MessageWriter.WriteMsg(output, 1, requestId, OpMsgFlags.None, reply);
        await channel.SendAsync(output.WrittenMemory);
    }
}

using System.Collections.Concurrent;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Scripted;

/// <summary>
/// A server that shakes hands as a well-behaved primary does and answers everything else as a test says, odd bytes
/// included.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private int _connections;
    private int _refused;

    public ScriptedServer(Network network, string host, Func<ScriptedRequest, Task> answer)
    {
        EndPoint = new DnsEndPoint(host, 27017);
        Host = host;
        Answer = answer;
        _listener = network.Listen(EndPoint, new ListenerOptions(), ServeAsync);
    }

    public EndPoint EndPoint { get; }

    public string Host { get; }

    /// <summary>What it does with a command.</summary>
    public Func<ScriptedRequest, Task> Answer { get; set; }

    /// <summary>What it says of itself beside the defaults of a primary.</summary>
    public BsonDocument Hello { get; set; } =
        new()
        {
            ["isWritablePrimary"] = true,
            ["setName"] = "rs",
            ["setVersion"] = 1,
        };

    /// <summary>Every command but handshakes, in the order in which they came.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    public IEnumerable<string> Names => _requests.Select(r => r.Name);

    /// <summary>Connections that have carried a command of a client's; monitors do not.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Whether it closes new connections at once, and keeps those that it has.</summary>
    public bool Refuses { get; set; }

    /// <summary>Connections that it has closed at once.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public async ValueTask DisposeAsync() => await _listener.DisposeAsync();

    private async Task ServeAsync(Channel channel)
    {
        if (Refuses)
        {
            Interlocked.Increment(ref _refused);
            return;
        }
        var reader = new FrameReader(channel, 48_000_000);
        bool counted = false;
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            byte[] message = read.Frame.Span.ToArray();
            read.Frame.Return();
            MessageHeader header = MessageHeader.Read(message);
            if (header.OpCode == OpCode.Query)
            {
                await SendAsync(channel, header, legacy: true, HelloReply());
                continue;
            }
            BsonDocument command = OpMsg.Parse(message).ToCommand();
            if (command[0].Name is "hello" or "isMaster" or "ismaster")
            {
                await SendAsync(channel, header, legacy: false, HelloReply());
                continue;
            }
            if (!counted)
                Interlocked.Increment(ref _connections);
            counted = true;
            var request = new ScriptedRequest(channel, header, OpMsg.Parse(message).Flags, message, command);
            _requests.Enqueue(request);
            await Answer(request);
        }
    }

    private BsonDocument HelloReply()
    {
        var reply = new BsonDocument
        {
            ["helloOk"] = true,
            ["hosts"] = new BsonArray { $"{Host}:27017" },
            ["me"] = $"{Host}:27017",
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
            ["maxMessageSizeBytes"] = 48_000_000,
            ["maxWriteBatchSize"] = 100_000,
            ["logicalSessionTimeoutMinutes"] = 30,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = 25,
        };
        foreach ((string name, BsonValue value) in Hello)
            reply[name] = value;
        reply["ok"] = 1;
        return reply;
    }

    private static async Task SendAsync(
        Channel channel,
        MessageHeader header,
        bool legacy,
        BsonDocument reply
    )
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        if (legacy)
            MessageWriter.WriteReply(output, 1, header.RequestId, reply);
        else
            MessageWriter.WriteMsg(output, 1, header.RequestId, OpMsgFlags.None, reply);
        await channel.SendAsync(output.WrittenMemory);
    }
}

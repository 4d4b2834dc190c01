using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Tests.Connections;

/// <summary>A server in memory whose answers the test writes: the reply, or null to hang up.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly Func<BsonDocument, Task<BsonDocument?>> _answer;

    public ScriptedServer(MemoryNetwork network, Func<BsonDocument, Task<BsonDocument?>> answer)
    {
        _answer = answer;
        _listener = network.Listen(
            new DnsEndPoint(Address.Host, Address.Port),
            new ListenerOptions(),
            ServeAsync
        );
    }

    public static ServerAddress Address { get; } = new("scripted.test", 27017);

    public static BsonDocument Hello =>
        new()
        {
            ["isWritablePrimary"] = true,
            ["helloOk"] = true,
            ["maxWireVersion"] = 25,
            ["connectionId"] = 7,
            ["ok"] = 1,
        };

    /// <summary>What was asked, in order.</summary>
    public List<BsonDocument> Asked { get; } = [];

    /// <summary>The opcodes that they were asked in.</summary>
    public List<OpCode> OpCodes { get; } = [];

    /// <summary>What replies are compressed with; noop: they are not.</summary>
    public CompressorId Compressor { get; set; }

    /// <summary>Set to cut so many bytes off the end of what a compressed reply holds.</summary>
    public int Damage { get; set; }

    /// <summary>Set to speak TLS.</summary>
    public SslServerAuthenticationOptions? Tls { get; set; }

    /// <summary>Added to the id that replies answer: anything but 0 makes them somebody else's.</summary>
    public int WrongBy { get; set; }

    public static Task<BsonDocument?> Reply(BsonDocument? reply) => Task.FromResult(reply);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(Channel channel)
    {
        if (Tls is { } tls)
        {
            try
            {
                channel = await TlsChannel.AuthenticateAsServerAsync(channel, tls, CancellationToken.None);
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // The client did not like the certificate.
                return;
            }
        }

        using var reader = new FrameReader(channel, 48_000_000);
        var id = 1000;
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            var requestId = MessageHeader.Read(read.Frame.Span).RequestId;
            var opCode = MessageHeader.Read(read.Frame.Span).OpCode;
            var plain = new ArrayBufferWriter<byte>();
            if (opCode == OpCode.Compressed)
            {
                OpCompressed.Unwrap(plain, read.Frame.Span);
            }
            else
            {
                plain.Write(read.Frame.Span);
            }

            var command = OpMsg.Parse(plain.WrittenSpan).ToCommand();
            read.Frame.Return();
            Asked.Add(command);
            OpCodes.Add(opCode);
            if (await _answer(command) is not { } reply)
            {
                await channel.DisposeAsync();
                return;
            }

            var message = new ArrayBufferWriter<byte>();
            MessageWriter.WriteMsg(message, ++id, requestId + WrongBy, OpMsgFlags.None, reply);
            if (Compressor == CompressorId.Noop)
            {
                await channel.SendAsync(message.WrittenMemory);
                continue;
            }

            var compressed = new ArrayBufferWriter<byte>();
            OpCompressed.Wrap(compressed, message.WrittenSpan, Compressor);
            var bytes = compressed.WrittenSpan[..^Damage].ToArray();
            BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
            await channel.SendAsync(bytes);
        }
    }
}

using System.Buffers;
using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Conformance.Cmap;

/// <summary>
/// As much of a server as the cases need: it answers the handshake, and keeps the fail point <c>failCommand</c>. It
/// lives in memory and in virtual time, so the cases that wait for seconds take none.
/// </summary>
internal sealed class CmapServer : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly Listener _listener;
    private BsonDocument? _failPoint;
    private int _failures;
    private int _lastRequestId;

    public CmapServer(MemoryNetwork network, TimeProvider clock)
    {
        _clock = clock;
        _listener = network.Listen(
            new DnsEndPoint(Address.Host, Address.Port),
            new ListenerOptions(),
            ServeAsync
        );
    }

    public static ServerAddress Address { get; } = new("cmap.test", 27017);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(Channel channel)
    {
        string? appName = null;
        using var reader = new FrameReader(channel, 48_000_000);
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.Outcome != FrameOutcome.Frame)
            {
                return;
            }

            var requestId = MessageHeader.Read(read.Frame.Span).RequestId;
            var command = OpMsg.Parse(read.Frame.Span).ToCommand();
            read.Frame.Return();
            if (command.GetValueOrDefault("client") is { IsDocument: true } client)
            {
                appName = client.AsDocument.GetValueOrDefault("application")
                    is { IsDocument: true } application
                    ? application.AsDocument["name"].AsString
                    : null;
            }

            var reply = await AnswerAsync(command, appName);
            if (reply is null)
            {
                channel.Abort();
                return;
            }

            var message = new ArrayBufferWriter<byte>();
            MessageWriter.WriteMsg(message, ++_lastRequestId, requestId, OpMsgFlags.None, reply);
            if (!await channel.SendAsync(message.WrittenMemory))
            {
                return;
            }
        }
    }

    /// <summary>The reply; null to hang up.</summary>
    private async Task<BsonDocument?> AnswerAsync(BsonDocument command, string? appName)
    {
        var name = command[0].Name;
        if (name == "configureFailPoint")
        {
            return Configure(command);
        }

        if (Fails(name, appName) is { } data)
        {
            if (data.GetValueOrDefault("blockConnection").ToBoolean())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(data["blockTimeMS"].ToDouble()), _clock);
            }

            if (data.GetValueOrDefault("closeConnection").ToBoolean())
            {
                return null;
            }

            if (data.TryGetValue("errorCode", out var code))
            {
                var error = new BsonDocument
                {
                    ["ok"] = 0,
                    ["code"] = code,
                    ["errmsg"] = "a fail point",
                };
                if (data.TryGetValue("errorLabels", out var labels))
                {
                    error["errorLabels"] = labels;
                }

                return error;
            }
        }

        return name is "hello" or "isMaster" or "ismaster"
            ? new BsonDocument
            {
                ["isWritablePrimary"] = true,
                ["helloOk"] = true,
                ["minWireVersion"] = 0,
                ["maxWireVersion"] = 25,
                ["ok"] = 1,
            }
            : throw new InvalidDataException($"The test's server does not know {name}.");
    }

    private BsonDocument Configure(BsonDocument command)
    {
        Assert.Equal("failCommand", command["configureFailPoint"].AsString);
        var mode = command["mode"];
        _failPoint = mode is { IsString: true, AsString: "off" } ? null : command["data"].AsDocument;
        _failures = mode switch
        {
            { IsString: true, AsString: "alwaysOn" } => int.MaxValue,
            { IsString: true, AsString: "off" } => 0,
            { IsDocument: true } => mode.AsDocument["times"].ToInt32(),
            _ => throw new InvalidDataException($"unknown mode of a fail point: {mode}"),
        };
        var known = new[]
        {
            "failCommands",
            "closeConnection",
            "blockConnection",
            "blockTimeMS",
            "appName",
            "errorCode",
            "errorLabels",
        };
        Assert.All(_failPoint?.Names ?? [], field => Assert.Contains(field, known));
        return new BsonDocument("ok", 1);
    }

    private BsonDocument? Fails(string command, string? appName)
    {
        if (
            _failPoint is null
            || _failures == 0
            || !_failPoint["failCommands"]
                .AsArray.Any(c => c.AsString.Equals(command, StringComparison.OrdinalIgnoreCase))
            || (_failPoint.TryGetValue("appName", out var only) && only.AsString != appName)
        )
        {
            return null;
        }

        _failures--;
        return _failPoint;
    }
}

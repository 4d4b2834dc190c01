using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Conformance.SeedlistCases;

/// <summary>
/// The servers of the suite's setup, in memory and with TLS: a replica set of three, or the routers or the load
/// balancer of a sharded cluster. They say hello and answer pings, whichever of their names they are called by.
/// </summary>
internal sealed class SeedlistServers : IAsyncDisposable
{
    private const string SetName = "repl0";

    private static readonly string[] Names =
    [
        "localhost",
        "localhost.test.build.10gen.cc",
        "localhost.sub.test.build.10gen.cc",
    ];

    private static readonly string[] Members = ["localhost:27017", "localhost:27018", "localhost:27019"];
    private static readonly ObjectId Service = ObjectId.New();
    private static readonly X509Certificate2 Certificate = CreateCertificate();

    private readonly List<Listener> _listeners = [];
    private readonly string _setup;
    private readonly bool _tls;
    private int _pings;

    public SeedlistServers(MemoryNetwork network, string setup, bool tls)
    {
        _setup = setup;
        _tls = tls;
        int[] ports = setup switch
        {
            "replica-set" => [27017, 27018, 27019],
            "sharded" => [27017, 27018],
            "load-balanced" => [8000],
            _ => throw new InvalidDataException($"the runner does not know the setup '{setup}'"),
        };
        foreach (var port in ports)
        {
            foreach (var name in Names)
            {
                _listeners.Add(
                    network.Listen(
                        new DnsEndPoint(name, port),
                        new ListenerOptions(),
                        channel => ServeAsync(channel, port)
                    )
                );
            }
        }
    }

    public int Pings => Volatile.Read(ref _pings);

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private async Task ServeAsync(Channel channel, int port)
    {
        if (_tls)
        {
            try
            {
                var options = new SslServerAuthenticationOptions { ServerCertificate = Certificate };
                channel = await TlsChannel.AuthenticateAsServerAsync(channel, options, default);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return;
            }
        }
        using var reader = new FrameReader(channel, 1 << 20);
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            var message = OpMsg.Parse(read.Frame.Span);
            var (id, command) = (message.Header.RequestId, message.ToCommand());
            read.Frame.Return();
            var reply = new ArrayBufferWriter<byte>();
            MessageWriter.WriteMsg(reply, id, id, OpMsgFlags.None, Answer(command, port));
            if (!await channel.SendAsync(reply.WrittenMemory))
            {
                return;
            }
        }
    }

    private BsonDocument Answer(BsonDocument command, int port)
    {
        switch (command[0].Name)
        {
            case "hello" or "isMaster":
                var hello = _setup == "replica-set" ? Member(port) : Router(command);
                hello["helloOk"] = true;
                hello["maxWireVersion"] = 25;
                hello["ok"] = 1;
                return hello;
            case "ping":
                Interlocked.Increment(ref _pings);
                return new BsonDocument { ["ok"] = 1 };
            default:
                return new BsonDocument
                {
                    ["ok"] = 0,
                    ["code"] = 59,
                    ["errmsg"] = "no such command",
                };
        }
    }

    private static BsonDocument Router(BsonDocument command)
    {
        var hello = new BsonDocument { ["isWritablePrimary"] = true, ["msg"] = "isdbgrid" };
        if (command.Contains("loadBalanced"))
        {
            hello["serviceId"] = Service;
        }
        return hello;
    }

    private static BsonDocument Member(int port)
    {
        var me = $"localhost:{port}";
        return new BsonDocument
        {
            ["isWritablePrimary"] = me == Members[0],
            ["secondary"] = me != Members[0],
            ["setName"] = SetName,
            ["setVersion"] = 1,
            ["hosts"] = new BsonArray(Members.Select(m => (BsonValue)m)),
            ["primary"] = Members[0],
            ["me"] = me,
        };
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

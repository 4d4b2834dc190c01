using System.Buffers;
using System.Net;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Tests.Pools;

/// <summary>Connections of a pool over real sockets, made, used and ended again and again.</summary>
public sealed class ConnectionChurnTests
{
    private const int Cycles = 10_000;
    private const int Callers = 8;

    [Fact(Timeout = 120_000)]
    public async Task Ten_thousand_connections_leave_no_socket_and_no_task()
    {
        var before = Descriptors();
        await using (var network = Network.CreateDefault())
        {
            var listener = network.Listen(
                new IPEndPoint(IPAddress.Loopback, 0),
                new ListenerOptions(),
                ServeAsync
            );
            var address = new ServerAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint).Port);
            var opener = new ConnectionOpener(network, new ConnectionSettings(), TimeProvider.System);
            var pool = new ConnectionPool(
                address,
                PoolOptions.Specification with
                {
                    MaxPoolSize = Callers,
                    MaxConnecting = Callers,
                },
                (id, token) => opener.OpenAsync(address, id, token),
                TimeProvider.System
            );
            pool.Ready();
            var left = Cycles;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => network.RunAsync(UseAsync)));
            await pool.CloseAsync();
            var end = pool.Statistics;
            Assert.Equal((Cycles, Cycles, 0), (end.Created, end.Closed, end.Total));

            // Every task that served one of them has ended.
            await listener.DrainAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Cycles, listener.Accepted);

            async Task UseAsync()
            {
                int number;
                while ((number = Interlocked.Decrement(ref left)) >= 0)
                {
                    var connection = await pool.CheckOutAsync(cancellationToken: CancellationToken.None);
                    if (number % 2 == 0)
                    {
                        connection.Connection.Abort(new IOException("this side ends it"));
                    }
                    else
                    {
                        // The other side does.
                        await Assert.ThrowsAsync<ConnectionException>(async () =>
                            await connection.Connection.RunCommandAsync(
                                "admin",
                                new BsonDocument("shutdown", 1),
                                CancellationToken.None
                            )
                        );
                    }

                    connection.CheckIn();
                }
            }
        }

        // Tests beside this one have some of their own; a leak would be thousands.
        Assert.InRange(Descriptors(), 0, before + 500);
    }

    private static async Task ServeAsync(Channel channel)
    {
        using var reader = new FrameReader(channel, 48_000_000);
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            var requestId = MessageHeader.Read(read.Frame.Span).RequestId;
            var command = OpMsg.Parse(read.Frame.Span).ToCommand()[0].Name;
            read.Frame.Return();
            if (command != "isMaster")
            {
                return;
            }

            var reply = new ArrayBufferWriter<byte>();
            var hello = new BsonDocument { ["ok"] = 1, ["maxWireVersion"] = 25 };
            MessageWriter.WriteMsg(reply, 1, requestId, OpMsgFlags.None, hello);
            await channel.SendAsync(reply.WrittenMemory);
        }
    }

    private static int Descriptors() =>
        Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;
}

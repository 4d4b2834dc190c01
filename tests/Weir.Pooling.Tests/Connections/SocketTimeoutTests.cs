using System.Buffers;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Testing;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Tests.Connections;

public sealed class SocketTimeoutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static (ServerConnection Connection, Channel Far) Open(TimeProvider clock)
    {
        var (near, far) = new MemoryNetwork().CreatePair();
        var connection = new ServerConnection(
            ScriptedServer.Address,
            1,
            near,
            new HelloReply(ScriptedServer.Hello)
        );
        connection.LimitWaits(Second, clock);
        return (connection, far);
    }

    private static byte[] Message(int requestId, int responseTo, OpMsgFlags flags, BsonDocument body)
    {
        var message = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(message, requestId, responseTo, flags, body);
        return message.WrittenSpan.ToArray();
    }

    [Fact]
    public async Task A_reply_that_does_not_come_in_time_ends_the_connection_as_a_timeout()
    {
        var clock = new ManualClock();
        var (connection, _) = Open(clock);
        await using var _1 = connection;
        var asked = connection.RunCommandAsync("app", new BsonDocument("ping", 1), Token).AsTask();

        clock.Advance(Second * 0.99);
        Assert.True(connection.Failure is null);
        clock.Advance(Second * 0.01);

        var error = await Assert.ThrowsAsync<ConnectionException>(() => asked);
        Assert.True(error.IsTimeout);
        Assert.Contains("socketTimeoutMS (1000 ms)", error.Message, StringComparison.Ordinal);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task What_is_answered_in_time_and_the_waits_between_cost_nothing()
    {
        var clock = new ManualClock();
        var (connection, far) = Open(clock);
        await using var _ = connection;
        using var server = new FrameReader(far, 1_000_000);
        for (var i = 0; i < 3; i++)
        {
            var reply = connection.RunCommandAsync("app", new BsonDocument("ping", 1), Token).AsTask();
            var request = await server.ReadAsync();
            var asked = MessageHeader.Read(request.Frame.Span).RequestId;
            request.Frame.Return();
            clock.Advance(Second * 0.9);
            await far.SendAsync(Message(9, asked, OpMsgFlags.None, new BsonDocument("ok", 1)));
            await reply;
            clock.Advance(Second * 2.5);
        }

        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task Each_piece_of_a_long_reply_has_its_own_time_and_the_time_between_does_not_count()
    {
        var clock = new ManualClock();
        var (connection, far) = Open(clock);
        await using var _ = connection;
        await connection.SendAsync(
            Message(77, 0, OpMsgFlags.None, new BsonDocument { ["find"] = "x", ["$db"] = "app" })
        );
        var reply = Message(
            9,
            77,
            OpMsgFlags.None,
            new BsonDocument { ["big"] = new byte[1000], ["ok"] = 1 }
        );
        await far.SendAsync(reply.AsMemory(0, 100));
        (await connection.ReceiveAsync(bufferUpTo: 100)).Frame.Return();
        var buffer = new byte[100];
        for (var sent = 100; sent < reply.Length; sent += 100)
        {
            // Whoever reads it is slow, which is not the server's fault; then the server is.
            clock.Advance(Second * 1.5);
            var rest = connection.ReceiveRestAsync(buffer).AsTask();
            clock.Advance(Second * 0.9);
            await far.SendAsync(reply.AsMemory(sent, Math.Min(100, reply.Length - sent)));
            Assert.NotEqual(0, await rest);
        }

        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task A_piece_that_does_not_come_in_time_ends_the_connection()
    {
        var clock = new ManualClock();
        var (connection, far) = Open(clock);
        await using var _ = connection;
        await connection.SendAsync(
            Message(77, 0, OpMsgFlags.None, new BsonDocument { ["find"] = "x", ["$db"] = "app" })
        );
        var reply = Message(9, 77, OpMsgFlags.None, new BsonDocument { ["big"] = new byte[1000] });
        await far.SendAsync(reply.AsMemory(0, 200));
        (await connection.ReceiveAsync(bufferUpTo: 200)).Frame.Return();

        var rest = connection.ReceiveRestAsync(new byte[100]).AsTask();
        clock.Advance(Second);

        Assert.Equal(0, await rest);
        Assert.True(Assert.IsType<ConnectionException>(connection.Failure).IsTimeout);
    }

    [Fact]
    public async Task A_message_without_a_reply_is_waited_for_no_longer_than_it_is_sent()
    {
        var clock = new ManualClock();
        var (connection, _) = Open(clock);
        await using var _1 = connection;
        await connection.SendAsync(
            Message(77, 0, OpMsgFlags.MoreToCome, new BsonDocument { ["insert"] = "x", ["$db"] = "app" })
        );
        clock.Advance(Second * 5);

        Assert.True(connection.IsUsable);
    }

    [Theory]
    [InlineData("socketTimeoutMS=0", false)]
    [InlineData("socketTimeoutMS=200", true)]
    public void The_connection_string_sets_it_for_connections_of_pools_and_not_for_monitors(
        string option,
        bool ends
    ) =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                async command =>
                {
                    if (!command.Contains("client"))
                        await time.Delay(Second);
                    return ScriptedServer.Hello;
                }
            );
            var settings = ConnectionSettings.From(ConnectionString.Parse($"mongodb://h/?{option}"));
            var opener = new ConnectionOpener(network, settings, time.Clock);
            await using var pooled = await opener.OpenAsync(ScriptedServer.Address, 1, Token);
            await using var monitor = await opener.OpenMonitorAsync(ScriptedServer.Address, 2, Token);

            await monitor.RunCommandAsync("admin", new BsonDocument("hello", 1), Token);
            var asked = pooled.RunCommandAsync("app", new BsonDocument("ping", 1), Token).AsTask();
            if (ends)
                Assert.True((await Assert.ThrowsAsync<ConnectionException>(() => asked)).IsTimeout);
            else
                await asked;
        });
}

using System.Buffers;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Testing;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Tests.Connections;

public sealed class ServerConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ServerConnection Over(Channel channel) =>
        new(ScriptedServer.Address, 1, channel, new HelloReply(ScriptedServer.Hello));

    private static byte[] Message(int requestId, int responseTo, OpMsgFlags flags, BsonDocument body)
    {
        var message = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(message, requestId, responseTo, flags, body);
        return message.WrittenSpan.ToArray();
    }

    [Fact]
    public void An_error_of_a_command_leaves_the_connection_usable() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static command =>
                    ScriptedServer.Reply(
                        command[0].Name == "isMaster"
                            ? ScriptedServer.Hello
                            : new BsonDocument
                            {
                                ["ok"] = 0.0,
                                ["code"] = 59,
                                ["errmsg"] = "no such command",
                            }
                    )
            );
            var opener = new ConnectionOpener(network, new ConnectionSettings(), time.Clock);
            await using var connection = await opener.OpenAsync(ScriptedServer.Address, 1, Token);
            var error = await Assert.ThrowsAsync<CommandException>(async () =>
                await connection.RunCommandAsync("app", new BsonDocument("nonsense", 1), Token)
            );
            Assert.Equal(
                (59, "nonsense", ConnectionStage.Exchange),
                (error.Code, error.Command, error.Stage)
            );
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void A_reply_to_another_request_is_never_given_out_and_ends_the_connection() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static _ => ScriptedServer.Reply(ScriptedServer.Hello)
            );
            var opener = new ConnectionOpener(network, new ConnectionSettings(), time.Clock);
            await using var connection = await opener.OpenAsync(ScriptedServer.Address, 1, Token);
            server.WrongBy = 1;
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await connection.RunCommandAsync("app", new BsonDocument("ping", 1), Token)
            );
            Assert.Contains("the reply answers request", error.Message, StringComparison.Ordinal);
            Assert.Same(error, connection.Failure);
            Assert.False(connection.IsUsable);
            Assert.Equal(ChannelEnd.Aborted, connection.Channel.End);
        });

    [Fact]
    public void Cancelling_a_command_aborts_the_connection() =>
        VirtualTime.Run(async time =>
        {
            var (near, _) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1), time.Clock);
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await connection.RunCommandAsync("app", new BsonDocument("ping", 1), cancellation.Token)
            );
            Assert.Equal(cancellation.Token, error.CancellationToken);
            Assert.False(connection.IsUsable);
        });

    [Fact]
    public void The_first_failure_is_kept() =>
        VirtualTime.Run(async _ =>
        {
            var (near, _) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            var first = new IOException("first");
            connection.Abort(first);
            connection.Abort(new IOException("second"));
            Assert.Same(first, connection.Failure);
        });

    [Fact]
    public void Bytes_pass_through_as_they_are_and_the_exchange_is_tracked() =>
        VirtualTime.Run(async _ =>
        {
            var (near, far) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            using var server = new FrameReader(far, 1_000_000);
            var request = Message(
                77,
                0,
                OpMsgFlags.None,
                new BsonDocument { ["find"] = "x", ["$db"] = "app" }
            );
            Assert.True(await connection.SendAsync(request.AsMemory(0, 30), request.AsMemory(30)));
            Assert.True(connection.IsInExchange);
            Assert.False(connection.IsUsable);
            var received = await server.ReadAsync();
            Assert.Equal(request, received.Frame.Span.ToArray());
            received.Frame.Return();

            var reply = Message(
                9,
                77,
                OpMsgFlags.None,
                new BsonDocument { ["big"] = new byte[1000], ["ok"] = 1 }
            );
            await far.SendAsync(reply);
            var first = await connection.ReceiveAsync(bufferUpTo: 100);
            Assert.Equal(reply.Length, first.Frame.Length);
            Assert.False(connection.IsUsable);
            var whole = new List<byte>(first.Frame.Span.ToArray());
            first.Frame.Return();
            var buffer = new byte[200];
            while (connection.Rest > 0)
            {
                var count = await connection.ReceiveRestAsync(buffer);
                whole.AddRange(buffer[..count]);
            }

            Assert.Equal(reply, whole);
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void A_message_that_wants_no_reply_begins_no_exchange() =>
        VirtualTime.Run(async _ =>
        {
            var (near, far) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            await connection.SendAsync(Message(5, 0, OpMsgFlags.MoreToCome, new BsonDocument("insert", "x")));
            Assert.False(connection.IsInExchange);
            Assert.True(connection.IsUsable);

            // A reply all the same would be the next asker's: the connection is of no more use.
            await far.SendAsync(Message(6, 5, OpMsgFlags.None, new BsonDocument("ok", 1)));
            await connection.SendAsync(Message(7, 0, OpMsgFlags.None, new BsonDocument("ping", 1)));
            Assert.NotEqual(FrameOutcome.Frame, (await connection.ReceiveAsync()).Outcome);
            Assert.False(connection.IsUsable);
        });

    [Fact]
    public void Replies_that_the_server_goes_on_sending_are_each_the_next_ones_request() =>
        VirtualTime.Run(async _ =>
        {
            var (near, far) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            using var server = new FrameReader(far, 1_000_000);
            var asking = connection
                .ExchangeAsync("admin", new BsonDocument("hello", 1), true, Token)
                .AsTask();
            var request = await server.ReadAsync();
            var header = MessageHeader.Read(request.Frame.Span);
            Assert.Equal(OpMsgFlags.ExhaustAllowed, OpMsg.Parse(request.Frame.Span).Flags);
            request.Frame.Return();
            await far.SendAsync(
                Message(100, header.RequestId, OpMsgFlags.MoreToCome, new BsonDocument("ok", 1))
            );
            Assert.True((await asking).MoreToCome);
            await far.SendAsync(Message(101, 100, OpMsgFlags.None, new BsonDocument("ok", 1)));
            Assert.False((await connection.NextReplyAsync("hello", Token)).MoreToCome);
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void A_reply_of_an_impossible_length_is_refused_before_anything_is_allocated() =>
        VirtualTime.Run(async _ =>
        {
            var (near, far) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            var asking = connection.RunCommandAsync("app", new BsonDocument("ping", 1), Token).AsTask();
            var bytes = Message(1, 1, OpMsgFlags.None, new BsonDocument("ok", 1));
            BitConverter.TryWriteBytes(bytes, int.MaxValue);
            await far.SendAsync(bytes);
            var error = await Assert.ThrowsAsync<ConnectionException>(() => asking);
            Assert.Contains("announces 2147483647 bytes", error.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void Half_an_exchange_makes_the_connection_unusable() =>
        VirtualTime.Run(async _ =>
        {
            var (near, _) = new MemoryNetwork().CreatePair();
            await using var connection = Over(near);
            await connection.SendAsync(Message(5, 0, OpMsgFlags.None, new BsonDocument("ping", 1)));
            Assert.False(connection.IsUsable);
            await Assert.ThrowsAsync<InvalidOperationException>(async () =>
                await connection.RunCommandAsync("app", new BsonDocument("ping", 1), Token)
            );
        });
}

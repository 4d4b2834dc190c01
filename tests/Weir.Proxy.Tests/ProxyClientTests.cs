using Microsoft.Extensions.Logging;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Tests.Scripted;
using Weir.Transport;

namespace Weir.Proxy.Tests;

/// <summary>What clients do that is odd, and what becomes of them when they go.</summary>
public class ProxyClientTests
{
    public static TheoryData<string, byte[]> BadBytes =>
        new()
        {
            { "garbage", [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37 + 11))] },
            { "a length of 2 GB", [0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0, 0, 0, 0, 0, 0xDD, 7, 0, 0] },
            {
                "a length of 48 MB and one byte",
                [.. BitConverter.GetBytes(48_000_001), 1, 0, 0, 0, 0, 0, 0, 0, 0xDD, 7, 0, 0]
            },
            { "a negative length", [.. BitConverter.GetBytes(-1), 1, 0, 0, 0, 0, 0, 0, 0, 0xDD, 7, 0, 0] },
            { "an unknown opcode", [16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x39, 0x30, 0, 0] },
            { "unknown required flags", Flagged(0x10) },
            { "a legacy insert", [16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xD2, 7, 0, 0] },
            { "compression that was not agreed on", [16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xDC, 7, 0, 0] },
        };

    [Theory]
    [MemberData(nameof(BadBytes))]
    public async Task Who_breaks_the_protocol_is_closed_with_one_log_line_and_the_others_go_on(
        string what,
        byte[] bytes
    )
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient bad = await stage.ConnectAsync();
        await using RawClient good = await stage.ConnectAsync();
        await good.RunAsync(new() { ["find"] = "c" });

        await bad.SendBytesAsync(bytes);

        Assert.Null(await bad.ReadMessageAsync());
        Assert.Equal(1, (await good.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 1, "the bad client is gone");
        Assert.True(
            stage.Logged(LogLevel.Warning).Count == 1,
            $"{what}: {string.Join('\n', stage.Logged(LogLevel.Warning))}"
        );
        Assert.Equal(1, stage.Proxy.Statistics.ClientsBroken);
    }

    [Theory]
    [InlineData(OpCode.Insert, "OP_INSERT")]
    [InlineData(OpCode.Update, "OP_UPDATE")]
    [InlineData(OpCode.Delete, "OP_DELETE")]
    [InlineData(OpCode.KillCursors, "OP_KILL_CURSORS")]
    public async Task An_old_form_without_a_reply_is_refused_by_a_line_that_names_it_and_the_way_out(
        OpCode opCode,
        string name
    )
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        byte[] message = new byte[40];
        new MessageHeader(message.Length, 1, 0, opCode).Write(message);

        await client.SendBytesAsync(message);

        Assert.Null(await client.ReadMessageAsync());
        string line = Assert.Single(stage.Logged(LogLevel.Warning));
        Assert.Contains($"was closed: it sent {name}, ", line, StringComparison.Ordinal);
        Assert.Contains("use a driver that sends OP_MSG", line, StringComparison.Ordinal);
        Assert.Empty(stage.Server.Requests);
    }

    [Fact]
    public async Task A_message_that_stops_in_the_middle_is_one_log_line_too()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        RawClient client = await stage.ConnectAsync();
        await client.SendBytesAsync(Messages.Msg(new() { ["find"] = "c" }).AsMemory(0, 30));

        await client.DisposeAsync();

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 0, "the client is gone");
        Assert.Single(stage.Logged(LogLevel.Warning));
        Assert.Empty(stage.Server.Requests);
    }

    [Fact]
    public async Task A_broken_document_in_a_sound_message_is_an_error_and_not_the_end()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        byte[] message = Messages.Msg(
            new()
            {
                ["find"] = "c",
                ["limit"] = 1,
                ["$db"] = "d",
            },
            7
        );
        message[message.AsSpan().IndexOf("limit"u8) - 1] = 0x66; // No such type.

        await client.SendBytesAsync(message);
        BsonDocument error = OpMsg.Parse(await client.ReadMessageAsync()).ToCommand();

        Assert.Equal(22, error["code"].AsInt32);
        Assert.Equal("InvalidBSON", error["codeName"].AsString);
        Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
    }

    [Fact]
    public async Task Legacy_queries_that_are_no_commands_are_refused_in_their_own_form()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument error = await client.QueryAsync(new() { ["x"] = 1 }, "app.users");

        Assert.Equal(352, error["code"].AsInt32);
        Assert.StartsWith("weir: ", error["$err"].AsString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_of_old_drivers_travel_as_OP_MSG_and_come_back_as_OP_REPLY()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.ReplyAsync(new() { ["n"] = 4, ["ok"] = 1 })
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument hello = await client.QueryAsync(new() { ["isMaster"] = 1, ["helloOk"] = true });
        BsonDocument reply = await client.QueryAsync(new() { ["count"] = "c" }, "app.$cmd");

        Assert.True(hello["ismaster"].AsBoolean);
        Assert.True(hello["helloOk"].AsBoolean);
        Assert.Equal(25, hello["maxWireVersion"].AsInt32);
        Assert.Equal(4, reply["n"].AsInt32);
        Assert.Equal("app", stage.Server.Requests[0].Command["$db"].AsString);
    }

    [Fact]
    public async Task Commands_that_concern_the_connection_are_answered_without_a_server()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();

        Assert.Equal(1, (await client.RunAsync(new() { ["whatsmyuri"] = 1 }))["ok"].ToInt32());
        Assert.Empty(
            (await client.RunAsync(new() { ["connectionStatus"] = 1 }))["authInfo"]
                .AsDocument["authenticatedUsers"]
                .AsArray
        );
        Assert.Equal(1, (await client.RunAsync(new() { ["logout"] = 1 }))["ok"].ToInt32());
        Assert.Equal(18, (await client.RunAsync(new() { ["saslStart"] = 1 }))["code"].AsInt32);
        Assert.Empty(stage.Server.Requests);
    }

    [Fact]
    public async Task A_second_client_document_is_refused_with_the_servers_own_error()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        var metadata = new BsonDocument { ["driver"] = new BsonDocument { ["name"] = "test" } };

        Assert.Equal(
            1,
            (await client.RunAsync(new() { ["hello"] = 1, ["client"] = metadata }))["ok"].ToInt32()
        );
        Assert.Equal(
            186,
            (await client.RunAsync(new() { ["hello"] = 1, ["client"] = metadata }))["code"].AsInt32
        );
        Assert.Equal(1, (await client.RunAsync(new() { ["hello"] = 1 }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_monitor_gets_a_stream_of_hellos_each_answering_the_one_before()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        BsonValue version = (await client.RunAsync(new() { ["hello"] = 1 }))["topologyVersion"];

        await client.SendAsync(
            new()
            {
                ["hello"] = 1,
                ["topologyVersion"] = version,
                ["maxAwaitTimeMS"] = 5,
            },
            OpMsgFlags.ExhaustAllowed
        );

        int expected = client.LastRequestId;
        for (int i = 0; i < 4; i++)
        {
            byte[]? message = await client.ReadMessageAsync();
            OpMsg reply = OpMsg.Parse(message);
            Assert.Equal(expected, reply.Header.ResponseTo);
            Assert.Equal(OpMsgFlags.MoreToCome, reply.Flags);
            expected = reply.Header.RequestId;
        }
        client.Kill();
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 0, "the client is gone");
    }

    [Fact]
    public async Task A_client_that_compresses_is_answered_compressed()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.ReplyAsync(new() { ["n"] = 5, ["ok"] = 1 }),
            listener: l => l with { Compressors = ["zlib"] }
        );
        await using RawClient client = await stage.ConnectAsync();
        BsonDocument hello = await client.RunAsync(
            new()
            {
                ["hello"] = 1,
                ["compression"] = new BsonArray { "zlib" },
            }
        );
        BsonDocument command = new() { ["count"] = "c", ["$db"] = "app" };
        byte[] message = Messages.Msg(command, 55);
        var compressed = new System.Buffers.ArrayBufferWriter<byte>();
        OpCompressed.Wrap(compressed, message, CompressorId.Zlib);

        await client.SendBytesAsync(compressed.WrittenMemory);

        Assert.Equal(["zlib"], hello["compression"].AsArray.Select(c => c.AsString));
        byte[]? reply = await client.ReadMessageAsync();
        Assert.Equal(OpCode.Compressed, MessageHeader.Read(reply).OpCode);
        var plain = new System.Buffers.ArrayBufferWriter<byte>();
        OpCompressed.Unwrap(plain, reply);
        Assert.Equal(55, MessageHeader.Read(plain.WrittenSpan).ResponseTo);
        Assert.Equal(5, OpMsg.Parse(plain.WrittenSpan).ToCommand()["n"].AsInt32);
        Assert.Equal(Messages.WithoutId(message), Messages.WithoutId(stage.Server.Requests[0].Message));
    }

    [Fact]
    public async Task An_operation_of_a_client_that_goes_is_stopped_at_the_server()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(_ => Task.CompletedTask);
        RawClient client = await stage.ConnectAsync();
        await client.SendAsync(new() { ["aggregate"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        client.Kill();

        await ProxyStage.UntilAsync(
            () => stage.Server.Requests[0].Channel.IsPeerGone,
            "the operation is stopped"
        );
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 0, "the client is gone");
        Assert.Equal(1, stage.Proxy.Statistics.Abandoned);
    }

    [Fact]
    public async Task What_a_client_leaves_behind_is_ended_when_the_last_of_its_connections_goes()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.Name == "find"
                ? r.ReplyAsync(
                    new()
                    {
                        ["cursor"] = new BsonDocument
                        {
                            ["firstBatch"] = new BsonArray(),
                            ["id"] = 77L,
                            ["ns"] = "app.c",
                        },
                        ["ok"] = 1,
                    }
                )
                : r.OkAsync()
        );
        RawClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["find"] = "c", ["lsid"] = Messages.Lsid(1) });
        await client.RunAsync(
            new()
            {
                ["insert"] = "c",
                ["lsid"] = Messages.Lsid(2),
                ["txnNumber"] = 3L,
                ["startTransaction"] = true,
                ["autocommit"] = false,
            }
        );
        Assert.Equal((1, 1), (stage.Proxy.Statistics.Cursors, stage.Proxy.Statistics.Transactions));

        client.Kill();

        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 5, "all is ended");
        BsonDocument abort = stage.Server.Requests.Single(r => r.Name == "abortTransaction").Command;
        BsonDocument kill = stage.Server.Requests.Single(r => r.Name == "killCursors").Command;
        Assert.Equal(3L, abort["txnNumber"].AsInt64);
        Assert.Equal(Messages.Lsid(2), abort["lsid"].AsDocument);
        Assert.Equal([77L], kill["cursors"].AsArray.Select(c => c.AsInt64));
        Assert.Equal("c", kill["killCursors"].AsString);
        Assert.Equal(Messages.Lsid(1), kill["lsid"].AsDocument);
        Assert.Equal("endSessions", stage.Server.Requests[^1].Name);
        Assert.Equal(
            [Messages.Lsid(1), Messages.Lsid(2)],
            stage
                .Server.Requests[^1]
                .Command["endSessions"]
                .AsArray.Select(session => session.AsDocument)
                .OrderBy(session => session.ToString(), StringComparer.Ordinal)
        );
        Assert.Equal((0, 0), (stage.Proxy.Statistics.Cursors, stage.Proxy.Statistics.Transactions));
    }

    [Fact]
    public async Task A_drain_lets_a_running_exchange_finish_and_closes_idle_clients()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            await go.Task;
            await r.OkAsync();
        });
        await using RawClient idle = await stage.ConnectAsync();
        await using RawClient busy = await stage.ConnectAsync();
        await idle.RunAsync(new() { ["hello"] = 1 });
        await busy.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        Task drain = stage.Proxy.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Null(await idle.ReadMessageAsync());
        Assert.False(drain.IsCompleted);
        go.SetResult();
        Assert.Equal(1, (await busy.ReadAsync())["ok"].ToInt32());
        Assert.Null(await busy.ReadMessageAsync());
        await drain.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(0, stage.Proxy.Statistics.Clients);
    }

    [Fact]
    public async Task A_drain_aborts_what_is_left_at_its_deadline()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(_ => Task.CompletedTask);
        await using RawClient busy = await stage.ConnectAsync();
        await busy.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        await stage
            .Proxy.DrainAsync(TimeSpan.FromMilliseconds(20))
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.True(stage.Server.Requests[0].Channel.IsPeerGone);
        Assert.Null(await busy.ReadMessageAsync());
    }

    private static byte[] Flagged(uint flags)
    {
        byte[] message = Messages.Msg(new() { ["find"] = "c" });
        BitConverter.TryWriteBytes(message.AsSpan(OpMsg.FlagsOffset), flags);
        return message;
    }
}

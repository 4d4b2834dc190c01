using System.Collections.Concurrent;
using System.Net;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Chaos.Tests;

/// <summary>Servers that are not there, do not answer, or answer what they were not asked.</summary>
public sealed class UpstreamTests
{
    [Fact]
    public async Task Weir_starts_before_its_server_and_says_what_is_missing_until_it_comes()
    {
        int port = await FreePortAsync();
        await using Stage stage = await Stage.StartBeforeAsync(
            $"mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=500&heartbeatFrequencyMS=500&maxPoolSize=5"
        );
        await using WireClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(0.0, error["ok"].ToDouble());
        Assert.Contains($"127.0.0.1:{port}", error["errmsg"].AsString);
        Assert.Contains("refused", error["errmsg"].AsString, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("weir: ", error["errmsg"].AsString);

        await using SandboxDeployment server = await SandboxDeployment.StartAsync(
            new SandboxOptions { Ports = [port] }
        );
        BsonDocument? reply = null;
        long started = TimeProvider.System.GetTimestamp();
        while (reply?["ok"].ToDouble() != 1)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Eventually.Patience, $"{reply}");
            reply = await client.RunAsync(new() { ["ping"] = 1 });
        }
        Assert.Empty(stage.Warnings);
    }

    [Fact]
    public async Task A_server_that_accepts_and_never_answers_is_named_in_the_error()
    {
        await using var upstream = new ScriptedUpstream((_, _, _) => Task.CompletedTask, () => false);
        await using Stage stage = await Stage.StartBeforeAsync(
            upstream.ConnectionString + "&serverSelectionTimeoutMS=700&connectTimeoutMS=300"
        );
        await using WireClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal(0.0, error["ok"].ToDouble());
        Assert.Contains("127.0.0.1:", error["errmsg"].AsString);
        Assert.StartsWith("weir: ", error["errmsg"].AsString);
    }

    [Fact]
    public async Task A_server_that_stops_answering_is_given_up_and_its_clients_are_told()
    {
        bool isWell = true;
        await using var upstream = new ScriptedUpstream((_, _, _) => Task.CompletedTask, () => isWell);
        await using Stage stage = await Stage.StartBeforeAsync(
            upstream.ConnectionString
                + "&serverSelectionTimeoutMS=500&connectTimeoutMS=300&heartbeatFrequencyMS=500"
        );
        await using WireClient client = await stage.ConnectAsync();
        await client.SendAsync(Insert(1));
        await Eventually.HoldsAsync(() => upstream.Used == 1, "the write is at the server");

        isWell = false;
        BsonDocument error = (await client.ReadAsync(client.LastRequestId))!;

        Assert.Equal(6, error["code"].ToInt32());
        Assert.Contains("whether the command was carried out is not known", error["errmsg"].AsString);
    }

    [Theory]
    [InlineData("another id")]
    [InlineData("no message")]
    [InlineData("bad BSON")]
    [InlineData("bad BSON in an error")]
    public async Task A_reply_that_is_none_reaches_no_client_and_ends_its_connection(string kind)
    {
        await using var upstream = new ScriptedUpstream(
            async (channel, id, command) =>
            {
                BsonDocument reply = new() { ["ok"] = 1.0, ["for"] = command["token"] };
                if (command["token"].AsString != "odd")
                {
                    await channel.SendAsync(Messages.Reply(reply, id));
                    return;
                }
                byte[] message = Messages.Reply(reply, kind == "another id" ? id + 1 : id);
                if (kind == "no message")
                    message[12] = 99;
                else if (kind == "bad BSON")
                    message[25] = 0x42;
                else if (kind == "bad BSON in an error")
                    message = BadError(id);
                await channel.SendAsync(message);
            }
        );
        await using Stage stage = await Stage.StartBeforeAsync(upstream.ConnectionString + "&maxPoolSize=1");
        await using WireClient client = await stage.ConnectAsync();

        for (int i = 0; i < 3; i++)
        {
            BsonDocument error = await client.RunAsync(Custom("odd"));
            Assert.Equal(0.0, error["ok"].ToDouble());
            Assert.Equal(6, error["code"].ToInt32());
            Assert.StartsWith("weir: ", error["errmsg"].AsString);
            // The only place of the pool is free again, with another connection.
            Assert.Equal("sound", (await client.RunAsync(Custom("sound")))["for"].AsString);
        }
        Assert.True(upstream.Used > 3);
        Assert.DoesNotContain(
            stage.Warnings,
            line => line.Contains("please report", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_second_reply_to_one_request_reaches_no_other_client_with_the_same_request_id()
    {
        var tokens = new ConcurrentQueue<string>();
        await using var upstream = new ScriptedUpstream(
            async (channel, id, command) =>
            {
                string token = command["token"].AsString;
                tokens.Enqueue(token);
                byte[] reply = Messages.Reply(new() { ["ok"] = 1.0, ["for"] = token }, id);
                await channel.SendAsync(reply);
                if (token == "twice")
                {
                    // Comes when the connection is in the pool again: nobody looks at it there.
                    await Eventually.HoldsAsync(
                        () => tokens.Contains("delivered"),
                        "the first was delivered"
                    );
                    await channel.SendAsync(reply);
                    tokens.Enqueue("sent again");
                }
            }
        );
        await using Stage stage = await Stage.StartBeforeAsync(upstream.ConnectionString + "&maxPoolSize=1");
        await using WireClient one = await stage.ConnectAsync(hello: false);
        await using WireClient other = await stage.ConnectAsync(hello: false);

        Assert.Equal("twice", (await one.RunAsync(Custom("twice")))["for"].AsString);
        tokens.Enqueue("delivered");
        await Eventually.HoldsAsync(() => tokens.Contains("sent again"), "it was sent again");
        BsonDocument reply = await other.RunAsync(Custom("once"));

        Assert.Equal(one.LastRequestId, other.LastRequestId);
        if (reply["ok"].ToDouble() == 1)
            Assert.Equal("once", reply["for"].AsString);
        Assert.Equal("later", (await other.RunAsync(Custom("later")))["for"].AsString);
    }

    [Fact]
    public async Task A_request_that_could_not_be_sent_is_sent_on_another_connection_and_done_once()
    {
        await using Stage stage = await Stage.StartAsync(options: "heartbeatFrequencyMS=500", loops: 1);
        await using WireClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["ping"] = 1 });

        // Weir finds the request first, and then that the connection that it took for it is dead.
        await stage.WhileWeirStandsStillAsync(async () =>
        {
            await client.SendAsync(Insert(1));
            stage.Sandbox.Primary!.KillConnections();
            await Eventually.HoldsAsync(
                () => stage.Sandbox.Primary!.Connections.Current == 0,
                "every server connection is dead"
            );
        });
        BsonDocument? reply = await client.ReadAsync(client.LastRequestId);

        Assert.Equal(1, reply?["n"].ToInt32());
        Assert.Equal(1, stage.Sandbox.Primary!.CommandCount("insert"));
        // The pool was cleared, and that is all that is told: no client came to harm.
        Assert.All(stage.Warnings, line => Assert.Contains("was cleared", line));
        await Eventually.HoldsAsync(
            () => stage.PoolOf(stage.Sandbox.Primary!).InUse == 0,
            "no connection stays out of the pool"
        );
    }

    private static BsonDocument Custom(string token) => new() { ["custom"] = 1, ["token"] = token };

    private static BsonDocument Insert(int id) =>
        new()
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = id } },
        };

    /// <summary>"Not primary", with something broken below the top level, where it is not looked at first.</summary>
    private static byte[] BadError(int responseTo)
    {
        var error = new BsonDocument
        {
            ["ok"] = 0.0,
            ["code"] = 10107,
            ["errmsg"] = "not primary",
            ["more"] = new BsonDocument { ["a"] = true },
        };
        byte[] message = Messages.Reply(error, responseTo);
        message[^3] = 7;
        return message;
    }

    private static async Task<int> FreePortAsync()
    {
        await using var network = LoopNetwork.Create(1);
        await using Listener listener = network.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            _ => Task.CompletedTask
        );
        return ((IPEndPoint)listener.LocalEndPoint).Port;
    }
}

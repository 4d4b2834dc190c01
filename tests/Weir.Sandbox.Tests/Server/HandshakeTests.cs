using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Sandbox.Tests.Server;

public sealed class HandshakeTests
{
    private static BsonDocument Client(string name) =>
        new()
        {
            ["application"] = new BsonDocument { ["name"] = name },
            ["driver"] = new BsonDocument { ["name"] = "test", ["version"] = "1" },
            ["os"] = new BsonDocument { ["type"] = "Linux" },
        };

    [Fact]
    public async Task A_standalone_introduces_itself_with_its_limits()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var hello = (await client.RunAsync("admin", new BsonDocument { ["hello"] = 1 })).AssertOk();
        Assert.True(hello["isWritablePrimary"].AsBoolean);
        Assert.Equal(25, hello["maxWireVersion"].AsInt32);
        Assert.Equal(48_000_000, hello["maxMessageSizeBytes"].AsInt32);
        Assert.Equal(30, hello["logicalSessionTimeoutMinutes"].AsInt32);
        Assert.False(hello.Contains("setName"));
        Assert.False(hello.Contains("$clusterTime"));
    }

    [Fact]
    public async Task The_old_hello_by_OP_QUERY_is_answered_by_OP_REPLY()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await client.SendQueryAsync("admin", new BsonDocument { ["isMaster"] = 1, ["helloOk"] = true });
        var hello = (await client.ReadReplyAsync()).AssertOk();
        Assert.True(hello["ismaster"].AsBoolean);
        Assert.True(hello["helloOk"].AsBoolean);
    }

    [Fact]
    public async Task A_second_introduction_is_error_186()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var hello = new BsonDocument { ["hello"] = 1, ["client"] = Client("app") };
        (await client.RunAsync("admin", hello)).AssertOk();
        (await client.RunAsync("admin", hello)).AssertError(186, "ClientMetadataCannotBeMutated");
        (await client.RunAsync("admin", new BsonDocument { ["hello"] = 1 })).AssertOk();
    }

    [Fact]
    public async Task An_unknown_command_is_error_59_and_unknown_fields_are_refused()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var unknown = await client.RunAsync("admin", new BsonDocument { ["frobnicate"] = 1 });
        Assert.Equal(
            "no such command: 'frobnicate'",
            unknown.AssertError(59, "CommandNotFound")["errmsg"].AsString
        );
        (await client.RunAsync("admin", new BsonDocument { ["ping"] = 1, ["harder"] = true })).AssertError(
            40415
        );
    }

    [Fact]
    public async Task Garbage_closes_that_connection_and_no_other()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var good = await deployment.ConnectAsync();
        await using var bad = await deployment.ConnectAsync();
        await using var huge = await deployment.ConnectAsync();
        await bad.SendBytesAsync("GET / HTTP/1.1\r\nHost: example\r\n\r\n"u8.ToArray());
        await bad.AssertClosedAsync();
        await huge.SendBytesAsync(new byte[] { 0xff, 0xff, 0xff, 0x7f });
        await huge.AssertClosedAsync();
        (await good.RunAsync("admin", new BsonDocument { ["ping"] = 1 })).AssertOk();
        Assert.Equal(1, deployment.Sandbox.Members[0].Connections.Current);
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_at_once_and_counted()
    {
        await using var deployment = await TestDeployment.StartAsync(
            new SandboxOptions { MaxConnections = 2 }
        );
        await using var first = await deployment.ConnectAsync();
        await using (var second = await deployment.ConnectAsync())
        {
            await using var third = await deployment.ConnectAsync();
            await third.AssertClosedAsync();
        }

        await using var fourth = await deployment.ConnectAsync();
        (await fourth.RunAsync("admin", new BsonDocument { ["ping"] = 1 })).AssertOk();
        var counters = deployment.Sandbox.Members[0].Connections;
        Assert.Equal(
            (2, 2, 3L, 1L),
            (counters.Current, counters.Peak, counters.TotalCreated, counters.Refused)
        );
        var status = await fourth.RunAsync("admin", new BsonDocument { ["serverStatus"] = 1 });
        var shown = status.AssertOk()["connections"].AsDocument;
        Assert.Equal((2, 0), (shown["current"].AsInt32, shown["available"].AsInt32));
        Assert.Equal(1L, shown["rejected"].ToInt64());
    }

    [Fact]
    public async Task Connections_are_counted_by_application()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var one = await deployment.ConnectAsync();
        await using var two = await deployment.ConnectAsync();
        await using var silent = await deployment.ConnectAsync();
        await one.RunAsync("admin", new BsonDocument { ["hello"] = 1, ["client"] = Client("worker") });
        await two.RunAsync("admin", new BsonDocument { ["hello"] = 1, ["client"] = Client("worker") });
        var counts = deployment.Sandbox.Members[0].Connections.ByAppName;
        Assert.Equal((2, 1), (counts["worker"], counts[""]));
        await two.DisposeAsync();
        Assert.Equal(1, deployment.Sandbox.Members[0].Connections.ByAppName["worker"]);
    }

    [Fact]
    public async Task Idle_connections_stand_in_currentOp_with_who_they_are()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var idle = await deployment.ConnectAsync();
        await using var asking = await deployment.ConnectAsync();
        await idle.RunAsync("admin", new BsonDocument { ["hello"] = 1, ["client"] = Client("idler") });
        var command = new BsonDocument
        {
            ["aggregate"] = 1,
            ["pipeline"] = new BsonArray
            {
                new BsonDocument
                {
                    ["$currentOp"] = new BsonDocument { ["allUsers"] = true, ["idleConnections"] = true },
                },
            },
            ["cursor"] = new BsonDocument(),
        };
        var shown = (await asking.RunAsync("admin", command)).FirstBatch();
        Assert.Equal(2, shown.Length);
        var found = shown.Single(operation => operation.GetValueOrDefault("appName") == "idler");
        Assert.False(found["active"].AsBoolean);
        Assert.Equal("test", found["clientMetadata"].AsDocument["driver"].AsDocument["name"].AsString);
        Assert.Contains(shown, operation => operation["active"].AsBoolean && operation.Contains("opid"));
    }

    [Fact]
    public async Task An_unacknowledged_command_gets_no_answer()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await client.SendAsync("admin", new BsonDocument { ["ping"] = 1 }, OpMsgFlags.MoreToCome);
        await client.SendAsync("admin", new BsonDocument { ["ping"] = 1 });
        var (header, _, body) = await client.ReadMessageAsync();
        body.AssertOk();
        Assert.Equal(client.LastRequest, header.ResponseTo);
    }

    [Fact]
    public async Task The_stable_API_refuses_what_is_not_in_it()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var status = new BsonDocument { ["serverStatus"] = 1, ["apiVersion"] = "1" };
        (await client.RunAsync("admin", status)).AssertOk();
        status["apiStrict"] = true;
        (await client.RunAsync("admin", status)).AssertError(323, "APIStrictError");
        (await client.RunAsync("admin", new BsonDocument { ["ping"] = 1, ["apiVersion"] = "2" })).AssertError(
            322
        );
    }
}

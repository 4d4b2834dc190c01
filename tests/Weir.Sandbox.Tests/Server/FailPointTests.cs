using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class FailPointTests
{
    private static readonly BsonDocument ping = new() { ["ping"] = 1 };

    private static BsonDocument FailCommand(BsonValue mode, BsonDocument data) =>
        new()
        {
            ["configureFailPoint"] = "failCommand",
            ["mode"] = mode,
            ["data"] = data,
        };

    private static BsonDocument Times(int times) => new() { ["times"] = times };

    [Fact]
    public async Task A_command_fails_as_often_as_it_was_told_to()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "ping" },
            ["errorCode"] = 91,
        };
        (await client.RunAsync("admin", FailCommand(Times(2), data))).AssertOk();
        (await client.RunAsync("admin", ping)).AssertError(91, "ShutdownInProgress");
        (await client.RunAsync("admin", ping)).AssertError(91);
        (await client.RunAsync("admin", ping)).AssertOk();
        var off = await client.RunAsync("admin", FailCommand("off", []));
        Assert.Equal(2L, off.AssertOk()["count"].ToInt64());
    }

    [Fact]
    public async Task Skip_lets_commands_pass_first_and_labels_are_the_given_ones()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "ping" },
            ["errorCode"] = 2,
            ["errorLabels"] = new BsonArray { "Mine" },
        };
        await client.RunAsync("admin", FailCommand(new BsonDocument { ["skip"] = 1 }, data));
        (await client.RunAsync("admin", ping)).AssertOk();
        Assert.Equal(["Mine"], (await client.RunAsync("admin", ping)).AssertError(2).Labels());
    }

    [Fact]
    public async Task It_can_close_the_connection()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var admin = await deployment.ConnectAsync();
        await using var client = await deployment.ConnectAsync();
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "ping" },
            ["closeConnection"] = true,
        };
        await admin.RunAsync("admin", FailCommand(Times(1), data));
        await client.SendAsync("admin", ping);
        await client.AssertClosedAsync();
        (await admin.RunAsync("admin", ping)).AssertOk();
    }

    [Fact]
    public async Task It_can_block_and_maxTimeMS_ends_the_wait()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "ping" },
            ["blockConnection"] = true,
            ["blockTimeMS"] = 1000,
        };
        await client.RunAsync("admin", FailCommand("alwaysOn", data));
        await client.SendAsync("admin", ping);
        await deployment.PassAsync(TimeSpan.FromSeconds(1));
        (await client.ReadAsync()).AssertOk();
        await client.SendAsync("admin", new BsonDocument { ["ping"] = 1, ["maxTimeMS"] = 500 });
        await deployment.PassAsync(TimeSpan.FromMilliseconds(500));
        (await client.ReadAsync()).AssertError(50, "MaxTimeMSExpired");
    }

    [Fact]
    public async Task It_hits_the_handshake_of_one_application_only()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var admin = await deployment.ConnectAsync();
        await using var other = await deployment.ConnectAsync();
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "hello", "isMaster" },
            ["errorCode"] = 91,
            ["appName"] = "victim",
        };
        await admin.RunAsync("admin", FailCommand("alwaysOn", data));
        (await admin.RunAsync("admin", new BsonDocument { ["hello"] = 1 })).AssertOk();
        var client = new BsonDocument
        {
            ["application"] = new BsonDocument { ["name"] = "victim" },
            ["driver"] = new BsonDocument { ["name"] = "test", ["version"] = "1" },
            ["os"] = new BsonDocument { ["type"] = "Linux" },
        };
        (await other.RunAsync("admin", new BsonDocument { ["hello"] = 1, ["client"] = client })).AssertError(
            91
        );
    }

    [Fact]
    public async Task A_write_concern_error_stands_beside_the_success()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var failure = new BsonDocument { ["code"] = 91, ["errmsg"] = "shutting down" };
        var data = new BsonDocument
        {
            ["failCommands"] = new BsonArray { "insert" },
            ["writeConcernError"] = failure,
        };
        await client.RunAsync("admin", FailCommand("alwaysOn", data));
        var insert = new BsonDocument
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 1 } },
            ["lsid"] = TestDeployment.NewSession(),
            ["txnNumber"] = 1L,
        };
        var reply = (await client.RunAsync("db", insert)).AssertOk();
        Assert.Equal(1, reply["n"].ToInt32());
        Assert.Equal(91, reply["writeConcernError"].AsDocument["code"].ToInt32());
        Assert.Equal(["RetryableWriteError"], reply.Labels());
    }

    [Fact]
    public async Task Other_fail_points_are_refused()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var command = new BsonDocument
        {
            ["configureFailPoint"] = "onPrimaryTransactionalWrite",
            ["mode"] = "alwaysOn",
        };
        (await client.RunAsync("admin", command)).AssertError(266, "FailPointSetFailed");
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class OperationTests
{
    private static readonly SandboxOptions slow = new()
    {
        LatencyOf = name => name == "find" ? TimeSpan.FromMinutes(1) : null,
    };

    private static async Task<BsonDocument> FindRunningAsync(TestClient client)
    {
        var current = (await client.RunAsync("admin", new BsonDocument { ["currentOp"] = 1 })).AssertOk();
        return current["inprog"].AsArray.Single(each => each.AsDocument["op"] == "query").AsDocument;
    }

    [Fact]
    public async Task A_running_command_is_shown_and_can_be_killed()
    {
        await using var deployment = await TestDeployment.StartAsync(slow);
        await using var client = await deployment.ConnectAsync();
        await using var admin = await deployment.ConnectAsync();
        await client.SendAsync("db", new BsonDocument { ["find"] = "c" });
        var running = await FindRunningAsync(admin);
        Assert.Equal("db.c", running["ns"].AsString);
        (
            await admin.RunAsync("admin", new BsonDocument { ["killOp"] = 1, ["op"] = running["opid"] })
        ).AssertOk();
        (await client.ReadAsync()).AssertError(11601, "Interrupted");
        (await client.RunAsync("admin", new BsonDocument { ["ping"] = 1 })).AssertOk();
    }

    [Fact]
    public async Task An_open_transaction_that_waits_is_shown_with_its_client_and_its_times()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        (
            await client.RunAsync(
                "db",
                new BsonDocument
                {
                    ["insert"] = "c",
                    ["documents"] = new BsonArray { new BsonDocument("_id", 1) },
                    ["lsid"] = TestDeployment.NewSession(),
                    ["txnNumber"] = 1L,
                    ["startTransaction"] = true,
                    ["autocommit"] = false,
                }
            )
        ).AssertOk();
        deployment.Clock.Advance(TimeSpan.FromSeconds(3));

        var shown = (
            await client.RunAsync(
                "admin",
                new BsonDocument
                {
                    ["currentOp"] = 1,
                    ["$all"] = true,
                    ["type"] = "idleSession",
                }
            )
        ).AssertOk();

        var session = shown["inprog"].AsArray.Single().AsDocument;
        Assert.Equal(1, session["connectionId"].ToInt64());
        Assert.Equal(3_000_000, session["transaction"].AsDocument["timeOpenMicros"].ToInt64());
        Assert.Equal(3_000_000, session["transaction"].AsDocument["timeInactiveMicros"].ToInt64());
    }

    [Fact]
    public async Task A_killed_session_takes_its_operation_along()
    {
        await using var deployment = await TestDeployment.StartAsync(slow);
        await using var client = await deployment.ConnectAsync();
        await using var admin = await deployment.ConnectAsync();
        var session = TestDeployment.NewSession();
        await client.SendAsync("db", new BsonDocument { ["find"] = "c", ["lsid"] = session });
        await FindRunningAsync(admin);
        (
            await admin.RunAsync("admin", new BsonDocument { ["killSessions"] = new BsonArray { session } })
        ).AssertOk();
        (await client.ReadAsync()).AssertError(11601);
    }

    [Fact]
    public async Task Latency_holds_a_command_up_but_not_the_handshake()
    {
        await using var deployment = await TestDeployment.StartAsync(
            new SandboxOptions { Latency = TimeSpan.FromMilliseconds(5) }
        );
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("admin", new BsonDocument { ["hello"] = 1 })).AssertOk();
        await client.SendAsync("admin", new BsonDocument { ["ping"] = 1 });
        await deployment.PassAsync(TimeSpan.FromMilliseconds(5));
        (await client.ReadAsync()).AssertOk();
    }

    [Fact]
    public async Task A_client_that_leaves_during_a_command_is_no_longer_counted()
    {
        await using var deployment = await TestDeployment.StartAsync(slow);
        var client = await deployment.ConnectAsync();
        await using var admin = await deployment.ConnectAsync();
        await client.SendAsync("db", new BsonDocument { ["find"] = "c" });
        await FindRunningAsync(admin);
        await client.DisposeAsync();
        while (deployment.Sandbox.Members[0].Connections.Current > 1)
        {
            await Task.Yield();
        }

        Assert.Equal(1, deployment.Sandbox.Members[0].CommandCount("find"));
    }

    [Fact]
    public async Task A_filter_that_sleeps_holds_its_command_up_and_can_be_interrupted()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        await using var admin = await deployment.ConnectAsync();
        var filter = new BsonDocument { ["$where"] = "sleep(2000) || true" };
        await client.SendAsync("db", new BsonDocument { ["find"] = "c", ["filter"] = filter });
        var running = await FindRunningAsync(admin);
        await deployment.PassAsync(TimeSpan.FromSeconds(2));
        (await client.ReadAsync()).AssertOk();

        await client.SendAsync("db", new BsonDocument { ["find"] = "c", ["filter"] = filter });
        running = await FindRunningAsync(admin);
        (
            await admin.RunAsync("admin", new BsonDocument { ["killOp"] = 1, ["op"] = running["opid"] })
        ).AssertOk();
        (await client.ReadAsync()).AssertError(11601, "Interrupted");
    }

    [Fact]
    public async Task A_users_sessions_are_listed()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var session = TestDeployment.NewSession();
        (await client.RunAsync("db", new BsonDocument { ["ping"] = 1, ["lsid"] = session })).AssertOk();
        var reply = (
            await client.RunAsync(
                "db",
                new BsonDocument
                {
                    ["aggregate"] = 1,
                    ["pipeline"] = new BsonArray
                    {
                        new BsonDocument { ["$listLocalSessions"] = new BsonDocument() },
                        new BsonDocument { ["$limit"] = 1 },
                    },
                    ["cursor"] = new BsonDocument(),
                }
            )
        ).AssertOk();
        var listed = reply["cursor"].AsDocument["firstBatch"].AsArray.Single().AsDocument;
        Assert.Equal(session["id"], listed["_id"].AsDocument["id"]);
    }
}

using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Sandbox.Tests.Server;

public sealed class ReplicaSetTests
{
    private static readonly BsonDocument hello = new() { ["hello"] = 1 };

    [Fact]
    public async Task Members_know_each_other_and_their_primary()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 3);
        await using var primary = await deployment.ConnectAsync(0);
        await using var secondary = await deployment.ConnectAsync(1);
        var first = (await primary.RunAsync("admin", hello)).AssertOk();
        var second = (await secondary.RunAsync("admin", hello)).AssertOk();
        Assert.True(first["isWritablePrimary"].AsBoolean);
        Assert.True(second["secondary"].AsBoolean);
        Assert.Equal(first["me"], second["primary"]);
        Assert.Equal(3, second["hosts"].AsArray.Count);
        Assert.Equal("rs", second["setName"].AsString);
        Assert.True(first.Contains("electionId") && !second.Contains("electionId"));
        Assert.True(first.Contains("$clusterTime") && first.Contains("operationTime"));
    }

    [Fact]
    public async Task A_secondary_refuses_writes_and_reads_that_do_not_allow_it()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        await using var secondary = await deployment.ConnectAsync(1);
        var insert = new BsonDocument
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 1 } },
        };
        var refused = (await secondary.RunAsync("db", insert)).AssertError(10107, "NotWritablePrimary");
        Assert.True(refused.Contains("topologyVersion"));
        var find = new BsonDocument { ["find"] = "c" };
        (await secondary.RunAsync("db", find)).AssertError(13435, "NotPrimaryNoSecondaryOk");
        find["$readPreference"] = new BsonDocument { ["mode"] = "secondary" };
        (await secondary.RunAsync("db", find)).AssertOk();
    }

    [Fact]
    public async Task An_awaitable_hello_answers_when_the_topology_changes()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        await using var client = await deployment.ConnectAsync(1);
        var known = (await client.RunAsync("admin", hello))["topologyVersion"];
        await client.SendAsync("admin", Await(known));
        await deployment.Sandbox.ElectAsync(deployment.Sandbox.Members[1]);
        var changed = (await client.ReadAsync()).AssertOk();
        Assert.True(changed["isWritablePrimary"].AsBoolean);
        Assert.True(
            changed["topologyVersion"].AsDocument["counter"].ToInt64() > known.AsDocument["counter"].ToInt64()
        );
    }

    [Fact]
    public async Task An_awaitable_hello_answers_when_its_time_is_over()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var known = (await client.RunAsync("admin", hello))["topologyVersion"];
        await client.SendAsync("admin", Await(known));
        await deployment.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(known, (await client.ReadAsync()).AssertOk()["topologyVersion"]);
    }

    [Fact]
    public async Task An_exhaust_hello_is_answered_again_and_again()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        await using var client = await deployment.ConnectAsync();
        var introduction = Await((await client.RunAsync("admin", hello))["topologyVersion"]);
        await client.SendAsync("admin", introduction, OpMsgFlags.ExhaustAllowed);
        await deployment.Sandbox.StepDownAsync();
        var (first, firstFlags, body) = await client.ReadMessageAsync();
        Assert.Equal(client.LastRequest, first.ResponseTo);
        Assert.Equal(OpMsgFlags.MoreToCome, firstFlags);
        Assert.False(body.AssertOk()["isWritablePrimary"].AsBoolean);
        await deployment.Sandbox.ElectAsync(deployment.Sandbox.Members[0]);
        var (second, secondFlags, again) = await client.ReadMessageAsync();
        Assert.Equal(first.RequestId, second.ResponseTo);
        Assert.Equal(OpMsgFlags.MoreToCome, secondFlags);
        Assert.True(again.AssertOk()["isWritablePrimary"].AsBoolean);
    }

    [Fact]
    public async Task A_write_that_runs_when_the_primary_steps_down_fails()
    {
        await using var deployment = await TestDeployment.StartAsync(
            new SandboxOptions
            {
                Members = 2,
                ReplicaSetName = "rs",
                ElectionDelay = Timeout.InfiniteTimeSpan,
                LatencyOf = name => name == "insert" ? TimeSpan.FromSeconds(5) : null,
            }
        );
        await using var client = await deployment.ConnectAsync();
        var insert = new BsonDocument
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 1 } },
        };
        await client.SendAsync("db", insert);
        await deployment.Sandbox.StepDownAsync();
        (await client.ReadAsync()).AssertError(11602, "InterruptedDueToReplStateChange");
        Assert.Null(deployment.Sandbox.Primary);
        (await client.RunAsync("db", insert)).AssertError(10107);
    }

    [Fact]
    public async Task Another_member_is_elected_after_the_delay()
    {
        await using var deployment = await TestDeployment.StartAsync(
            new SandboxOptions { Members = 3, ReplicaSetName = "rs" }
        );
        await using var client = await deployment.ConnectAsync();
        (
            await client.RunAsync("admin", new BsonDocument { ["replSetStepDown"] = 60, ["force"] = true })
        ).AssertOk();
        Assert.Null(deployment.Sandbox.Primary);
        deployment.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(deployment.Sandbox.Members[1], deployment.Sandbox.Primary);
        await deployment.Sandbox.StopAsync(deployment.Sandbox.Members[1]);
        await client.RunAsync("admin", hello);
        deployment.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(deployment.Sandbox.Members[2], deployment.Sandbox.Primary);
    }

    [Fact]
    public async Task A_stopped_member_closes_its_connections_and_comes_back_on_its_port()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        var member = deployment.Sandbox.Members[1];
        var address = member.Address;
        await using var client = await deployment.ConnectAsync(1);
        var before = (await client.RunAsync("admin", hello))["topologyVersion"].AsDocument["processId"];
        await deployment.Sandbox.StopAsync(member);
        await client.AssertClosedAsync();
        Assert.Equal(SandboxMemberState.Stopped, member.State);
        Assert.Equal(0, member.Connections.Current);
        await deployment.Sandbox.StartAsync(member);
        Assert.Equal(address, member.Address);
        await using var again = await deployment.ConnectAsync(1);
        var reply = (await again.RunAsync("admin", hello)).AssertOk();
        Assert.True(reply["secondary"].AsBoolean);
        Assert.NotEqual(before, reply["topologyVersion"].AsDocument["processId"]);
    }

    [Fact]
    public async Task A_write_concern_that_too_few_members_satisfy_is_reported()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        await using var client = await deployment.ConnectAsync();
        var create = new BsonDocument { ["create"] = "c" };
        create["writeConcern"] = new BsonDocument { ["w"] = 3 };
        var reply = (await client.RunAsync("db", create)).AssertOk();
        Assert.Equal(100, reply["writeConcernError"].AsDocument["code"].AsInt32);
        await deployment.Sandbox.StopAsync(deployment.Sandbox.Members[1]);
        create = new BsonDocument { ["create"] = "d" };
        create["writeConcern"] = new BsonDocument { ["w"] = 2, ["wtimeout"] = 100 };
        await client.SendAsync("db", create);
        await deployment.PassAsync(TimeSpan.FromMilliseconds(100));
        var late = (await client.ReadAsync()).AssertOk()["writeConcernError"].AsDocument;
        Assert.Equal(64, late["code"].AsInt32);
    }

    private static BsonDocument Await(BsonValue topologyVersion) =>
        new()
        {
            ["hello"] = 1,
            ["topologyVersion"] = topologyVersion,
            ["maxAwaitTimeMS"] = 10_000,
        };
}

using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

/// <summary>Transactions on a sharded cluster, where each lives on the router that began it.</summary>
public class ProxyTransactionTests
{
    [Fact]
    public async Task Every_statement_goes_to_the_router_that_began_it_until_the_sessions_next_transaction()
    {
        await using ProxyStage stage = await ProxyStage.StartShardedAsync(r => r.OkAsync());
        await stage.WaitForRoutersAsync();
        await using RawClient client = await stage.ConnectAsync();

        for (int number = 1; number <= 20; number++)
        {
            await client.RunAsync(Statement("insert", number, start: true));
            for (int i = 0; i < 3; i++)
                await client.RunAsync(Statement("find", number));
            await client.RunAsync(Statement("commitTransaction", number));
            await client.RunAsync(Statement("commitTransaction", number));
        }

        for (int number = 1; number <= 20; number++)
            Assert.Single(stage.Servers, server => Count(server, number) == 6);
        // Both had some, so that it was not all one router's.
        Assert.All(stage.Servers, server => Assert.NotEmpty(server.Requests));
    }

    [Fact]
    public async Task A_commit_is_finished_by_another_router_when_its_own_has_gone_and_keeps_its_recovery_token()
    {
        await using ProxyStage stage = await ProxyStage.StartShardedAsync(r => r.OkAsync());
        await stage.WaitForRoutersAsync();
        await using RawClient client = await stage.ConnectAsync();
        await client.RunAsync(Statement("insert", 1, start: true));
        ScriptedServer own = stage.Servers.Single(server => server.Requests.Any(r => r.Name == "insert"));
        ScriptedServer other = stage.Servers.Single(server => server != own);

        await own.DisposeAsync();
        BsonDocument commit = Statement("commitTransaction", 1);
        commit["recoveryToken"] = new BsonDocument { ["recoveryShardId"] = "shard0" };
        BsonDocument reply = await client.RunAsync(commit);
        // The driver's own retry, which a lost connection asks for.
        if (reply["ok"].ToInt32() == 0)
        {
            Assert.Equal(["RetryableWriteError"], reply["errorLabels"].AsArray.Select(l => l.AsString));
            reply = await client.RunAsync(commit);
        }

        Assert.True(reply["ok"].ToInt32() == 1, reply.ToString());
        Assert.Equal(
            commit["recoveryToken"],
            other.Requests.Single(r => r.Name == "commitTransaction").Command["recoveryToken"]
        );
    }

    private static int Count(ScriptedServer server, int number) =>
        server.Requests.Count(r => r.Command.GetValueOrDefault("txnNumber") == (BsonValue)(long)number);

    private static BsonDocument Statement(string name, long number, bool start = false)
    {
        var command = new BsonDocument
        {
            [name] = "c",
            ["lsid"] = Messages.Lsid(1),
            ["txnNumber"] = number,
            ["autocommit"] = false,
        };
        if (start)
            command["startTransaction"] = true;
        return command;
    }
}

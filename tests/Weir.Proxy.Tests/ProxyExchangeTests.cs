using Microsoft.Extensions.Logging;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

public class ProxyExchangeTests
{
    [Fact]
    public async Task A_request_goes_out_as_it_came_and_its_reply_comes_back()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.ReplyAsync(new() { ["n"] = 5, ["ok"] = 1 })
        );
        await using RawClient client = await stage.ConnectAsync();
        BsonDocument command = new()
        {
            ["count"] = "c",
            ["lsid"] = Messages.Lsid(1),
            ["$db"] = "app",
        };

        BsonDocument reply = await client.RunAsync(command);

        Assert.Equal(5, reply["n"].AsInt32);
        Assert.Equal(
            Messages.WithoutId(Messages.Msg(command)),
            Messages.WithoutId(stage.Server.Requests[0].Message)
        );
        Assert.Equal(1, stage.Proxy.Statistics.Exchanges);
    }

    [Fact]
    public async Task What_drivers_and_servers_tell_each_other_passes_untouched()
    {
        var time = new BsonDocument { ["clusterTime"] = new BsonTimestamp(7, 9), ["signature"] = 1 };
        var said = new BsonDocument
        {
            ["ok"] = 0.0,
            ["code"] = 112,
            ["errmsg"] = "WriteConflict",
            ["errorLabels"] = new BsonArray { "TransientTransactionError", "SomeLabel" },
            ["writeConcernError"] = new BsonDocument { ["code"] = 64, ["errmsg"] = "timed out" },
            ["recoveryToken"] = new BsonDocument { ["recoveryShardId"] = "s0" },
            ["operationTime"] = new BsonTimestamp(7, 9),
            ["$clusterTime"] = time,
        };
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.ReplyAsync(said));
        await using RawClient client = await stage.ConnectAsync();
        var asked = new BsonDocument
        {
            ["commitTransaction"] = 1,
            ["lsid"] = Messages.Lsid(1),
            ["txnNumber"] = 4L,
            ["autocommit"] = false,
            ["recoveryToken"] = new BsonDocument { ["recoveryShardId"] = "s0" },
            ["writeConcern"] = new BsonDocument { ["w"] = "majority" },
            ["apiVersion"] = "1",
            ["apiStrict"] = true,
            ["$clusterTime"] = time,
            ["$db"] = "admin",
        };

        BsonDocument heard = await client.RunAsync(asked);

        Assert.Equal(said, heard);
        Assert.Equal(
            Messages.WithoutId(Messages.Msg(asked)),
            Messages.WithoutId(stage.Server.Requests[0].Message)
        );
    }

    [Fact]
    public async Task Many_clients_share_few_connections_and_each_gets_its_own_replies()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.ReplyAsync(new() { ["echo"] = r.Command["echo"], ["ok"] = 1 }),
            "maxPoolSize=3"
        );

        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(n =>
                    Task.Run(async () =>
                    {
                        await using RawClient client = await stage.ConnectAsync();
                        for (int i = 0; i < 50; i++)
                        {
                            BsonDocument reply = await client.RunAsync(new() { ["echo"] = $"{n}/{i}" });
                            Assert.Equal($"{n}/{i}", reply["echo"].AsString);
                        }
                    })
                )
        );

        Assert.InRange(stage.Server.Connections, 1, 3);
        Assert.Equal(2000, stage.Proxy.Statistics.Exchanges);
    }

    [Fact]
    public async Task A_reply_to_another_request_is_never_delivered_and_costs_its_connection()
    {
        bool odd = true;
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
        {
            if (!odd)
                return r.OkAsync();
            odd = false;
            return r.SendAsync(Messages.Reply(new() { ["secret"] = 1, ["ok"] = 1 }, r.Header.RequestId + 1));
        });
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { ["someCommand"] = 1 });
        BsonDocument next = await client.RunAsync(new() { ["someCommand"] = 1 });

        Assert.Equal(6, error["code"].AsInt32);
        Assert.StartsWith("weir: server:27017", error["errmsg"].AsString, StringComparison.Ordinal);
        Assert.Equal(1, next["ok"].ToInt32());
        Assert.Equal(2, stage.Server.Connections);
    }

    [Fact]
    public async Task Bytes_that_nobody_asked_for_cost_their_connection_and_reach_nobody()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
        {
            byte[] reply = Messages.Reply(new() { ["ok"] = 1 }, r.Header.RequestId);
            return r.SendAsync((byte[])[.. reply, .. Messages.Reply(new() { ["secret"] = 1 }, 101)]);
        });
        await using RawClient client = await stage.ConnectAsync();

        for (int i = 0; i < 3; i++)
            Assert.False((await client.RunAsync(new() { ["someCommand"] = 1 })).Contains("secret"));

        Assert.Equal(3, stage.Server.Connections);
    }

    [Theory]
    [InlineData("find", 2)]
    [InlineData("someCommand", 1)]
    public async Task A_lost_connection_is_survived_by_what_may_be_repeated(string command, int asked)
    {
        int count = 0;
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            if (++count == 1)
                r.Channel.Abort();
            else
                await r.OkAsync();
        });
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(new() { [command] = "c" });

        Assert.Equal(asked, count);
        Assert.Equal(asked == 2 ? 1 : 0, reply["ok"].ToInt32());
        if (asked == 1)
            Assert.Equal(6, reply["code"].AsInt32);
        Assert.Equal(1, (await client.RunAsync(new() { [command] = "c" }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_truncated_reply_is_an_error_for_its_client_only()
    {
        int count = 0;
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            if (++count > 1)
            {
                await r.OkAsync();
                return;
            }
            await r.SendAsync(
                Messages
                    .Reply(new() { ["text"] = new string('x', 500), ["ok"] = 1 }, r.Header.RequestId)
                    .AsMemory(0, 300)
            );
            await r.Channel.DisposeAsync();
        });
        await using RawClient client = await stage.ConnectAsync();
        await using RawClient other = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { ["insert"] = "c" });

        Assert.Equal(6, error["code"].AsInt32);
        Assert.Equal(1, (await other.RunAsync(new() { ["insert"] = "c" }))["ok"].ToInt32());
        Assert.Equal(1, (await client.RunAsync(new() { ["insert"] = "c" }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_primary_that_steps_down_is_handed_on_without_clearing_the_drivers_pool()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.ErrorAsync(10107, "not master", "RetryableWriteError")
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { ["insert"] = "c" });

        Assert.Equal(6, error["code"].AsInt32);
        Assert.Equal(["RetryableWriteError"], error["errorLabels"].AsArray.Select(l => l.AsString));
        Assert.Single(stage.Server.Requests);
    }

    [Fact]
    public async Task A_retryable_write_is_sent_once_more_after_a_step_down()
    {
        int count = 0;
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            ++count == 1 ? r.ErrorAsync(10107, "not primary") : r.ReplyAsync(new() { ["n"] = 1, ["ok"] = 1 })
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(
            new()
            {
                ["insert"] = "c",
                ["lsid"] = Messages.Lsid(1),
                ["txnNumber"] = 1L,
            }
        );

        Assert.Equal(1, reply["n"].AsInt32);
        Assert.Equal(2, stage.Server.Requests.Count);
        Assert.Equal(
            Messages.WithoutId(stage.Server.Requests[0].Message),
            Messages.WithoutId(stage.Server.Requests[1].Message)
        );
        Assert.Equal(1, stage.Proxy.Statistics.Retries);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_servers_overload_is_tried_once_more_where_it_says_so_and_is_no_transaction(
        bool inTransaction,
        int asked
    )
    {
        int count = 0;
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            ++count == 1
                ? r.ErrorAsync(462, "too many requests", "SystemOverloadedError", "RetryableError")
                : r.OkAsync()
        );
        await using RawClient client = await stage.ConnectAsync();
        var command = new BsonDocument { ["insert"] = "c", ["lsid"] = Messages.Lsid(1) };
        if (inTransaction)
        {
            command["txnNumber"] = 1L;
            command["autocommit"] = false;
        }

        BsonDocument reply = await client.RunAsync(command);

        Assert.Equal(asked, stage.Server.Requests.Count);
        Assert.Equal(inTransaction ? 0 : 1, reply["ok"].ToInt32());
        if (inTransaction)
            Assert.Equal(2, reply["errorLabels"].AsArray.Count);
    }

    [Fact]
    public async Task A_credential_of_Weirs_that_expired_is_no_error_of_the_clients_request()
    {
        int count = 0;
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            ++count <= 2 ? r.ErrorAsync(391, "expired") : r.ReplyAsync(new() { ["n"] = 1, ["ok"] = 1 })
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(new() { ["insert"] = "c" });

        Assert.Equal(1, reply["n"].AsInt32);
        Assert.Equal(3, stage.Server.Requests.Count);
    }

    [Fact]
    public async Task An_unacknowledged_write_is_over_before_the_same_clients_next_request()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();

        await client.SendAsync(
            new()
            {
                ["insert"] = "c",
                ["writeConcern"] = new BsonDocument { ["w"] = 0 },
            },
            OpMsgFlags.MoreToCome
        );
        BsonDocument reply = await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal(["insert", "find"], stage.Server.Names);
        Assert.All(stage.Server.Requests, r => Assert.Equal(OpMsgFlags.None, r.Flags));
        Assert.Equal(1, stage.Server.Connections);
    }

    [Fact]
    public async Task A_checksum_and_the_exhaust_flag_do_not_reach_the_server()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(
            new() { ["find"] = "c" },
            OpMsgFlags.ChecksumPresent | OpMsgFlags.ExhaustAllowed
        );

        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal(OpMsgFlags.None, stage.Server.Requests[0].Flags);
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_connection_is_told_so_and_stays_connected()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            async r =>
            {
                await go.Task;
                await r.OkAsync();
            },
            "maxPoolSize=1&waitQueueTimeoutMS=50"
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await first.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the first request is there");

        BsonDocument error = await second.RunAsync(new() { ["find"] = "c" });
        go.SetResult();

        Assert.Equal(373, error["code"].AsInt32);
        Assert.Contains("maxPoolSize: 1", error["errmsg"].AsString, StringComparison.Ordinal);
        Assert.Equal(1, (await first.ReadAsync())["ok"].ToInt32());
        Assert.Equal(1, (await second.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal(1, stage.Proxy.Statistics.CheckOutTimeouts);
    }

    [Fact]
    public async Task A_full_wait_queue_says_overload_and_closes_nobody()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            async r =>
            {
                await go.Task;
                await r.OkAsync();
            },
            "maxPoolSize=1",
            deployment: new() { Pool = new() { MaxWaiting = 1 } }
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await using RawClient third = await stage.ConnectAsync();
        await first.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the first request is there");
        await second.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(
            () => stage.Proxy.Deployments["default"].Servers[0].Pool.Statistics.Waiting == 1,
            "the second waits"
        );

        BsonDocument error = await third.RunAsync(new() { ["find"] = "c" });
        go.SetResult();

        Assert.Equal(462, error["code"].AsInt32);
        Assert.Equal(
            ["SystemOverloadedError", "RetryableError"],
            error["errorLabels"].AsArray.Select(l => l.AsString)
        );
        Assert.Equal(1, (await first.ReadAsync())["ok"].ToInt32());
        Assert.Equal(1, (await second.ReadAsync())["ok"].ToInt32());
        Assert.Equal(1, (await third.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal(1, stage.Proxy.Statistics.Overloads);
    }

    [Fact]
    public async Task Time_spent_waiting_is_taken_off_the_time_limit()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            async r =>
            {
                if (r.Name == "aggregate")
                    await go.Task;
                await r.OkAsync();
            },
            "maxPoolSize=1"
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await using RawClient third = await stage.ConnectAsync();
        await first.SendAsync(new() { ["aggregate"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the first request is there");
        await second.SendAsync(new() { ["find"] = "c", ["maxTimeMS"] = 60_000 });

        BsonDocument error = await third.RunAsync(new() { ["find"] = "c", ["maxTimeMS"] = 20 });
        go.SetResult();

        Assert.Equal(50, error["code"].AsInt32);
        Assert.Equal("MaxTimeMSExpired", error["codeName"].AsString);
        await second.ReadAsync();
        Assert.InRange(stage.Server.Requests[1].Command["maxTimeMS"].AsInt32, 1, 60_000 - 19);
        Assert.Equal(2, stage.Server.Requests.Count);
    }

    [Theory]
    [InlineData("insert", false, 1)]
    [InlineData("insert", true, 2)]
    [InlineData("find", false, 2)]
    public async Task A_server_that_does_not_answer_within_the_socket_timeout_costs_one_connection_an_attempt(
        string name,
        bool isRetryable,
        int attempts
    )
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.Name == name ? Task.CompletedTask : r.OkAsync(),
            "socketTimeoutMS=50"
        );
        await using RawClient client = await stage.ConnectAsync();
        var command = new BsonDocument { [name] = "c", ["lsid"] = Messages.Lsid(1) };
        if (isRetryable)
            command["txnNumber"] = 1L;

        BsonDocument error = await client.RunAsync(command);

        Assert.Equal((89, "NetworkTimeout"), (error["code"].AsInt32, error["codeName"].AsString));
        Assert.Contains("socketTimeoutMS (50 ms)", error["errmsg"].AsString, StringComparison.Ordinal);
        Assert.Equal(isRetryable, error.Contains("errorLabels"));
        Assert.Equal(attempts, stage.Server.Requests.Count);
        Assert.Equal(attempts, stage.Server.Connections);
        Assert.Equal(0, stage.Proxy.Deployments["default"].Servers[0].Pool.GetGeneration());
        Assert.Equal(1, (await client.RunAsync(new() { ["ping"] = 1 }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_server_that_has_no_connection_to_give_is_passed_over_where_there_is_another()
    {
        await using ProxyStage stage = await ProxyStage.StartShardedAsync(r => r.OkAsync());
        await stage.WaitForRoutersAsync();
        await using RawClient client = await stage.ConnectAsync();
        // Its monitor's connection lives on, so that it stays a choice.
        stage.Servers[0].Refuses = true;

        for (int i = 0; i < 100; i++)
        {
            BsonDocument reply = await client.RunAsync(new() { ["find"] = "c" });
            Assert.True(reply["ok"].ToInt32() == 1, reply.ToString());
        }

        Assert.NotEqual(0, stage.Servers[0].Refused);
        Assert.Equal(100, stage.Servers[1].Requests.Count);
    }

    [Fact]
    public async Task While_no_server_is_there_a_request_gets_an_error_that_names_it_and_hello_is_answered()
    {
        await using var stage = new ProxyStage();
        await stage.StartProxyAsync(
            "mongodb://nowhere:1234/?serverSelectionTimeoutMS=50",
            limits: new() { HelloWait = TimeSpan.FromMilliseconds(10) }
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument hello = await client.RunAsync(new() { ["hello"] = 1 });
        BsonDocument error = await client.RunAsync(new() { ["ping"] = 1 });

        Assert.Equal("isdbgrid", hello["msg"].AsString);
        Assert.Equal(133, error["code"].AsInt32);
        Assert.Contains("nowhere:1234", error["errmsg"].AsString, StringComparison.Ordinal);
        Assert.Contains("nobody listens there", error["errmsg"].AsString, StringComparison.Ordinal);
        Assert.Empty(stage.Logged(LogLevel.Error));
    }
}

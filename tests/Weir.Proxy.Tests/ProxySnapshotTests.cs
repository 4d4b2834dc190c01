using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Proxy.Snapshots;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

public class ProxySnapshotTests
{
    private static readonly BsonDocument Introduction = new()
    {
        ["application"] = new BsonDocument { ["name"] = "journal" },
        ["driver"] = new BsonDocument { ["name"] = "nodejs", ["version"] = "7.0.0" },
        ["os"] = new BsonDocument
        {
            ["type"] = "Linux",
            ["name"] = "linux",
            ["architecture"] = "x64",
        },
        ["platform"] = "Node.js v24",
    };

    [Fact]
    public async Task A_client_is_shown_with_what_it_said_and_what_it_does()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            await go.Task;
            await r.OkAsync();
        });
        await using RawClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["hello"] = 1, ["client"] = Introduction });
        await client.SendAsync(new() { ["frobnicate"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        ClientSnapshot busy = Assert.Single(stage.Proxy.ListClients());
        go.SetResult();
        await client.ReadAsync();
        await ProxyStage.UntilAsync(() => stage.Proxy.ListClients()[0].Command is null, "it is idle");
        ClientSnapshot idle = stage.Proxy.ListClients()[0];

        Assert.Equal("journal", busy.Application);
        Assert.Equal("nodejs 7.0.0", busy.Driver);
        Assert.Equal("linux x64", busy.Os);
        Assert.Equal("Node.js v24", busy.Platform);
        Assert.Null(busy.User);
        Assert.Equal("default", busy.Upstream);
        Assert.Equal("frobnicate", busy.Command);
        Assert.Equal("server:27017", busy.Server);
        Assert.Equal(2, busy.Requests);
        Assert.Null(idle.Server);
        Assert.Equal(
            Messages.Msg(new() { ["frobnicate"] = "c", ["$db"] = "app" }).Length,
            idle.BytesIn - HelloLength()
        );
        Assert.True(idle.BytesOut > busy.BytesOut);
    }

    [Fact]
    public async Task Cursors_and_transactions_are_shown_with_their_client()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.ReplyAsync(
                new()
                {
                    ["cursor"] = new BsonDocument
                    {
                        ["id"] = 77L,
                        ["ns"] = "app.c",
                        ["firstBatch"] = new BsonArray(),
                    },
                    ["ok"] = 1,
                }
            )
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(
            new()
            {
                ["find"] = "c",
                ["lsid"] = Messages.Lsid(7),
                ["txnNumber"] = 3L,
                ["startTransaction"] = true,
                ["autocommit"] = false,
            }
        );

        ClientSnapshot shown = stage.Proxy.ListClients()[0];
        CursorSnapshot cursor = Assert.Single(stage.Proxy.ListCursors());
        TransactionSnapshot transaction = Assert.Single(stage.Proxy.ListTransactions());
        Assert.Equal((1, 1), (shown.Cursors, shown.Transactions));
        Assert.Equal(reply["cursor"].AsDocument["id"].AsInt64, cursor.Id);
        Assert.Equal(("app.c", "server:27017", shown.Id), (cursor.Namespace, cursor.Server, cursor.Client));
        Assert.Equal((3L, shown.Id, true), (transaction.Number, transaction.Client, transaction.IsOpen));
        Assert.Equal(string.Concat(Enumerable.Repeat("07", 16)), transaction.Session);
        UpstreamSnapshot upstream = Assert.Single(stage.Proxy.ListUpstreams());
        Assert.Equal(
            ("default", 1, 1, false),
            (upstream.Name, upstream.Cursors, upstream.Transactions, upstream.IsPaused)
        );
        ServerSnapshot server = Assert.Single(upstream.Servers);
        Assert.Equal(
            ("server:27017", ServerType.RSPrimary, 1),
            (server.Address, server.Type, server.Pool.Available)
        );
    }

    [Fact]
    public async Task A_client_that_is_killed_is_closed_and_its_operation_stopped()
    {
        var ended = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            r.Channel.WatchPeer(static t => ((TaskCompletionSource)t!).TrySetResult(), ended);
            await ended.Task;
        });
        await using RawClient client = await stage.ConnectAsync();
        await client.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        Assert.True(stage.Proxy.KillClient(stage.Proxy.ListClients()[0].Id));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Null(await client.ReadMessageAsync());
        Assert.False(stage.Proxy.KillClient(12345));
    }

    [Fact]
    public async Task A_pause_waits_for_what_was_sent_and_holds_the_rest_back_until_it_is_resumed()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(async r =>
        {
            if (r.Name == "find")
                await go.Task;
            await r.OkAsync();
        });
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await first.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        Task paused = stage.Proxy.PauseAsync(cancellationToken: TestContext.Current.CancellationToken);
        await second.SendAsync(new() { ["count"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Proxy.ListUpstreams()[0].HeldBack == 1, "it is held back");
        Assert.False(paused.IsCompleted);
        go.SetResult();
        await paused;
        await first.ReadAsync();
        Assert.Single(stage.Server.Requests);
        stage.Proxy.Resume("default");

        Assert.Equal(1, (await second.ReadAsync())["ok"].ToInt32());
        Assert.Throws<ArgumentException>(() => stage.Proxy.Resume("another"));
    }

    [Fact]
    public async Task A_paused_transaction_may_end()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        await client.RunAsync(Statement("find", start: true));

        Task paused = stage.Proxy.PauseAsync(cancellationToken: TestContext.Current.CancellationToken);
        BsonDocument reply = await client.RunAsync(Statement("commitTransaction"));
        await paused;

        Assert.Equal(1, reply["ok"].ToInt32());
    }

    [Fact]
    public async Task Who_is_held_back_too_long_is_told_so_and_a_drain_does_not_wait_for_a_resume()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            limits: new() { CheckOutTimeout = TimeSpan.FromMilliseconds(20) }
        );
        await using RawClient client = await stage.ConnectAsync();
        await stage.Proxy.PauseAsync(cancellationToken: TestContext.Current.CancellationToken);

        BsonDocument error = await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(462, error["code"].AsInt32);
        Assert.Contains("\"default\" is paused", error["errmsg"].AsString, StringComparison.Ordinal);
        await stage.Proxy.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(stage.Server.Requests);
    }

    private static int HelloLength() =>
        Messages
            .Msg(
                new()
                {
                    ["hello"] = 1,
                    ["client"] = Introduction,
                    ["$db"] = "app",
                }
            )
            .Length;

    private static BsonDocument Statement(string name, bool start = false)
    {
        var command = new BsonDocument
        {
            [name] = "c",
            ["lsid"] = Messages.Lsid(7),
            ["txnNumber"] = 3L,
            ["autocommit"] = false,
        };
        if (start)
            command["startTransaction"] = true;
        return command;
    }
}

using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

/// <summary>Which closed connections are a client process that has gone; the grace of the others is an hour here.</summary>
public class ProxyDeathTests
{
    private static readonly ProxyLimits PatientLimits = new() { OrphanGrace = TimeSpan.FromHours(1) };

    [Fact]
    public async Task A_process_is_gone_when_its_monitor_went_with_its_connections_although_another_like_it_lives()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Answer, limits: PatientLimits);
        await using RawClient otherMonitor = await MonitorAsync(stage);
        await using RawClient other = await ConnectAsync(stage);
        await OpenCursorAsync(other, 9);
        RawClient monitor = await MonitorAsync(stage);
        RawClient first = await ConnectAsync(stage);
        RawClient second = await ConnectAsync(stage);
        await OpenCursorAsync(first, 1);
        await OpenCursorAsync(second, 2);

        first.Kill();
        monitor.Kill();
        second.Kill();

        await ProxyStage.UntilAsync(() => Ended(stage).Count == 2, "the sessions of the dead are ended");
        Assert.Equal([Messages.Lsid(1), Messages.Lsid(2)], Ended(stage));
        Assert.Equal(2, stage.Server.Names.Count(name => name == "killCursors"));
        Assert.Equal(1, stage.Proxy.Statistics.Cursors);
    }

    [Fact]
    public async Task Of_drivers_without_a_monitor_every_connection_is_a_process()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Answer, limits: PatientLimits);
        await using RawClient living = await ConnectAsync(stage);
        await OpenCursorAsync(living, 1);
        RawClient dead = await ConnectAsync(stage);
        await OpenCursorAsync(dead, 2);

        dead.Kill();

        await ProxyStage.UntilAsync(() => Ended(stage).Count == 1, "the session of the dead is ended");
        Assert.Equal([Messages.Lsid(2)], Ended(stage));
        Assert.Equal(1, stage.Proxy.Statistics.Cursors);
    }

    [Fact]
    public async Task A_connection_that_a_living_process_closes_loses_nothing_that_is_used_on_another()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Answer, limits: PatientLimits);
        await using RawClient monitor = await MonitorAsync(stage);
        await using RawClient second = await ConnectAsync(stage);
        RawClient first = await ConnectAsync(stage);
        long id = await OpenCursorAsync(first, 1);
        RawClient alone = await stage.ConnectAsync();
        await OpenCursorAsync(alone, 3);

        first.Kill();
        alone.Kill();

        // Whoever looked after one of them had looked at both.
        await ProxyStage.UntilAsync(() => Ended(stage).Count == 1, "the other's session is ended");
        Assert.Equal([Messages.Lsid(3)], Ended(stage));
        BsonDocument reply = await second.RunAsync(
            new()
            {
                ["getMore"] = id,
                ["collection"] = "c",
                ["lsid"] = Messages.Lsid(1),
            }
        );
        Assert.Equal(1, reply["ok"].ToInt32());
    }

    [Fact]
    public async Task Who_goes_while_waiting_for_a_connection_waits_no_longer()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            async r =>
            {
                await go.Task;
                await r.OkAsync();
            },
            "maxPoolSize=1"
        );
        await using RawClient first = await stage.ConnectAsync();
        RawClient second = await stage.ConnectAsync();
        await first.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the first request is there");
        await second.SendAsync(new() { ["find"] = "c" });
        await ProxyStage.UntilAsync(
            () => stage.Proxy.ListUpstreams()[0].Servers[0].Pool.Waiting == 1,
            "the second waits"
        );

        second.Kill();

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 1, "it is gone");
        Assert.Equal(0, stage.Proxy.ListUpstreams()[0].Servers[0].Pool.Waiting);
        go.SetResult();
        await first.ReadAsync();
        Assert.Single(stage.Server.Requests);
    }

    [Fact]
    public async Task The_session_of_an_operation_that_was_running_is_killed_at_its_server()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.Name == "insert" ? Task.CompletedTask : r.OkAsync()
        );
        RawClient client = await stage.ConnectAsync();
        await client.SendAsync(new() { ["insert"] = "c", ["lsid"] = Messages.Lsid(5) });
        await ProxyStage.UntilAsync(() => stage.Server.Requests.Count == 1, "the request is there");

        client.Kill();

        await ProxyStage.UntilAsync(() => Ended(stage).Count == 1, "its session is ended");
        BsonDocument kill = stage.Server.Requests.Single(r => r.Name == "killSessions").Command;
        Assert.Equal([Messages.Lsid(5)], kill["killSessions"].AsArray.Select(s => s.AsDocument));
    }

    [Fact]
    public async Task The_sessions_of_many_that_go_at_once_are_ended_together()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        List<RawClient> clients = [];
        for (int n = 1; n <= 30; n++)
        {
            RawClient client = await stage.ConnectAsync();
            await client.RunAsync(new() { ["ping"] = 1, ["lsid"] = Messages.Lsid((byte)n) });
            clients.Add(client);
        }

        clients.ForEach(client => client.Kill());

        await ProxyStage.UntilAsync(() => Ended(stage).Count == 30, "all sessions are ended");
        // They are seen to go within a moment, in which they are looked after once or twice.
        Assert.InRange(stage.Server.Names.Count(name => name == "endSessions"), 1, 3);
    }

    private static List<BsonDocument> Ended(ProxyStage stage) =>
        [
            .. stage
                .Server.Requests.Where(r => r.Name == "endSessions")
                .SelectMany(r => r.Command["endSessions"].AsArray)
                .Select(session => session.AsDocument)
                .OrderBy(session => session.ToString(), StringComparer.Ordinal),
        ];

    private static BsonDocument Hello() =>
        new()
        {
            ["hello"] = 1,
            ["client"] = new BsonDocument
            {
                ["driver"] = new BsonDocument { ["name"] = "test", ["version"] = "1" },
            },
        };

    private static async Task<RawClient> ConnectAsync(ProxyStage stage)
    {
        RawClient client = await stage.ConnectAsync();
        await client.RunAsync(Hello());
        return client;
    }

    /// <summary>As a driver's monitor does: hello, then a stream of hellos.</summary>
    private static async Task<RawClient> MonitorAsync(ProxyStage stage)
    {
        RawClient client = await stage.ConnectAsync();
        BsonDocument hello = await client.RunAsync(Hello());
        await client.RunAsync(
            new()
            {
                ["hello"] = 1,
                ["topologyVersion"] = new BsonDocument
                {
                    ["processId"] = ObjectId.New(),
                    ["counter"] = hello["topologyVersion"].AsDocument["counter"],
                },
                ["maxAwaitTimeMS"] = 10_000,
            },
            OpMsgFlags.ExhaustAllowed
        );
        return client;
    }

    private static async Task<long> OpenCursorAsync(RawClient client, byte session)
    {
        BsonDocument reply = await client.RunAsync(
            new() { ["find"] = "c", ["lsid"] = Messages.Lsid(session) }
        );
        return reply["cursor"].AsDocument["id"].AsInt64;
    }

    private static Task Answer(ScriptedRequest request) =>
        request.Name is "find" or "getMore"
            ? request.ReplyAsync(
                new()
                {
                    ["cursor"] = new BsonDocument
                    {
                        ["id"] = 77L,
                        ["ns"] = "app.c",
                        [request.Name == "find" ? "firstBatch" : "nextBatch"] = new BsonArray(),
                    },
                    ["ok"] = 1,
                }
            )
            : request.OkAsync();
}

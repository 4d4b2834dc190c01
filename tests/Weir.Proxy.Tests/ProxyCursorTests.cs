using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

public class ProxyCursorTests
{
    private const long Upstream = 77;

    [Fact]
    public async Task A_cursor_has_an_id_of_Weirs_own_on_the_clients_side_only()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Batches);
        await using RawClient client = await stage.ConnectAsync();
        long id = Id(await client.RunAsync(new() { ["find"] = "c" }));

        BsonDocument second = await client.RunAsync(new() { ["getMore"] = id, ["collection"] = "c" });
        BsonDocument last = await client.RunAsync(
            new()
            {
                ["getMore"] = id,
                ["collection"] = "c",
                ["last"] = 1,
            }
        );
        BsonDocument gone = await client.RunAsync(new() { ["getMore"] = id, ["collection"] = "c" });

        Assert.NotEqual(Upstream, id);
        Assert.Equal(id, Id(second));
        Assert.Equal(0, Id(last));
        Assert.Equal(43, gone["code"].AsInt32);
        Assert.Contains(
            id.ToString(System.Globalization.CultureInfo.InvariantCulture),
            gone["errmsg"].AsString,
            StringComparison.Ordinal
        );
        Assert.Equal(["find", "getMore", "getMore"], stage.Server.Names);
        Assert.All(stage.Server.Requests.Skip(1), r => Assert.Equal(Upstream, r.Command["getMore"].AsInt64));
        Assert.Equal(0, stage.Proxy.Statistics.Cursors);
    }

    /// <summary>Commands whose reply has a cursor, known to Weir or not.</summary>
    [Theory]
    [InlineData("aggregate")]
    [InlineData("listCollections")]
    [InlineData("listIndexes")]
    [InlineData("bulkWrite")]
    [InlineData("explain")]
    [InlineData("someFutureCommand")]
    public async Task Whatever_command_opens_a_cursor_it_has_an_id_of_Weirs_own_and_goes_on(string command)
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r =>
            r.Name == command ? r.ReplyAsync(Reply("firstBatch", [1], Upstream)) : Batches(r)
        );
        await using RawClient client = await stage.ConnectAsync();

        long id = Id(await client.RunAsync(new() { [command] = "c" }));
        long more = Id(await client.RunAsync(new() { ["getMore"] = id, ["collection"] = "c" }));
        await client.RunAsync(
            new()
            {
                ["killCursors"] = "c",
                ["cursors"] = new BsonArray { id },
            }
        );

        Assert.NotEqual(Upstream, id);
        Assert.Equal(id, more);
        Assert.Equal(
            Upstream,
            stage.Server.Requests.Single(r => r.Name == "getMore").Command["getMore"].AsInt64
        );
        Assert.Equal(
            [Upstream],
            stage
                .Server.Requests.Single(r => r.Name == "killCursors")
                .Command["cursors"]
                .AsArray.Select(c => c.AsInt64)
        );
    }

    [Fact]
    public async Task An_id_that_Weir_did_not_give_is_not_found_at_once_and_no_server_is_asked()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Batches);
        await using RawClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["find"] = "c" });

        BsonDocument error = await client.RunAsync(new() { ["getMore"] = Upstream, ["collection"] = "c" });

        Assert.Equal(43, error["code"].AsInt32);
        Assert.Equal("CursorNotFound", error["codeName"].AsString);
        Assert.Equal(["find"], stage.Server.Names);
    }

    [Fact]
    public async Task Another_connection_of_the_client_may_go_on_with_a_cursor()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Batches);
        await using RawClient one = await stage.ConnectAsync();
        await using RawClient other = await stage.ConnectAsync();
        await using RawClient monitor = await stage.ConnectAsync();
        await one.RunAsync(new() { ["hello"] = 1 });
        await other.RunAsync(new() { ["hello"] = 1 });
        await monitor.RunAsync(new() { ["hello"] = 1 });
        await monitor.RunAsync(new() { ["hello"] = 1 });
        long id = Id(await one.RunAsync(new() { ["find"] = "c" }));

        one.Kill();
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 2, "the first is gone");

        Assert.Equal(id, Id(await other.RunAsync(new() { ["getMore"] = id, ["collection"] = "c" })));
        Assert.DoesNotContain("killCursors", stage.Server.Names);
    }

    [Fact]
    public async Task killCursors_is_translated_both_ways_and_unknown_ids_are_not_found()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Batches);
        await using RawClient client = await stage.ConnectAsync();
        long id = Id(await client.RunAsync(new() { ["find"] = "c" }));

        BsonDocument reply = await client.RunAsync(
            new()
            {
                ["killCursors"] = "c",
                ["cursors"] = new BsonArray { id, 12345L },
                ["lsid"] = Messages.Lsid(1),
            }
        );

        Assert.Equal([id], reply["cursorsKilled"].AsArray.Select(c => c.AsInt64));
        Assert.Equal([12345L], reply["cursorsNotFound"].AsArray.Select(c => c.AsInt64));
        Assert.Equal(1, reply["ok"].ToInt32());
        BsonDocument sent = stage.Server.Requests[^1].Command;
        Assert.Equal([Upstream], sent["cursors"].AsArray.Select(c => c.AsInt64));
        Assert.Equal(Messages.Lsid(1), sent["lsid"].AsDocument);
        Assert.Equal(
            43,
            (await client.RunAsync(new() { ["getMore"] = id, ["collection"] = "c" }))["code"].AsInt32
        );
    }

    [Fact]
    public async Task A_full_table_kills_the_cursor_and_says_overload()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(Batches, limits: new() { Cursors = 1 });
        await using RawClient client = await stage.ConnectAsync();
        Assert.NotEqual(0, Id(await client.RunAsync(new() { ["find"] = "c" })));

        BsonDocument error = await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(462, error["code"].AsInt32);
        await ProxyStage.UntilAsync(() => stage.Server.Names.Contains("killCursors"), "it was killed");
    }

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(20_000, 0)]
    [InlineData(200_000, 1)]
    public async Task A_long_reply_arrives_byte_for_byte_but_for_the_cursors_id(int documents, int streamed)
    {
        var batch = new BsonArray(
            Enumerable
                .Range(0, documents)
                .Select(i => (BsonValue)new BsonDocument { ["_id"] = i, ["x"] = "some text" })
        );
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.ReplyAsync(Reply("firstBatch", batch, Upstream)),
            limits: new() { BufferedReplyBytes = 4_000_000 }
        );
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(streamed, stage.Proxy.Statistics.StreamedReplies);
        long id = Id(reply);
        Assert.NotEqual(Upstream, id);
        reply["cursor"].AsDocument["id"] = Upstream;
        Assert.Equal(Reply("firstBatch", batch, Upstream), reply);
        Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal(1, stage.Server.Connections);
        await ProxyStage.UntilAsync(
            () => stage.Proxy.Statistics.BufferedBytes == 0,
            "every byte is given back"
        );
    }

    [Fact]
    public async Task A_long_request_arrives_byte_for_byte()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();
        var command = new BsonDocument
        {
            ["insert"] = "c",
            ["text"] = new string('x', 12_000_000),
            ["$db"] = "app",
        };

        Assert.Equal(1, (await client.RunAsync(command))["ok"].ToInt32());

        Assert.Equal(
            Messages.WithoutId(Messages.Msg(command)),
            Messages.WithoutId(stage.Server.Requests[0].Message)
        );
        await ProxyStage.UntilAsync(
            () => stage.Proxy.Statistics.BufferedBytes == 0,
            "every byte is given back"
        );
    }

    [Fact]
    public async Task getMores_that_wait_for_data_leave_connections_for_the_others()
    {
        var go = new TaskCompletionSource();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            async r =>
            {
                if (r.Name == "getMore")
                    await go.Task;
                await Batches(r);
            },
            "maxPoolSize=2"
        );
        RawClient[] tails =
        [
            await stage.ConnectAsync(),
            await stage.ConnectAsync(),
            await stage.ConnectAsync(),
        ];
        foreach (RawClient tail in tails)
        {
            long id = Id(
                await tail.RunAsync(
                    new()
                    {
                        ["find"] = "c",
                        ["tailable"] = true,
                        ["awaitData"] = true,
                    }
                )
            );
            await tail.SendAsync(new() { ["getMore"] = id, ["collection"] = "c" });
        }
        await using RawClient client = await stage.ConnectAsync();

        for (int i = 0; i < 5; i++)
            Assert.Equal(1, (await client.RunAsync(new() { ["ping"] = 1 }))["ok"].ToInt32());

        Assert.Equal(1, stage.Server.Names.Count(n => n == "getMore"));
        go.SetResult();
        foreach (RawClient tail in tails)
        {
            Assert.Equal(1, (await tail.ReadAsync())["ok"].ToInt32());
            await tail.DisposeAsync();
        }
    }

    private static Task Batches(ScriptedRequest request) =>
        request.Name switch
        {
            "find" => request.ReplyAsync(Reply("firstBatch", [1, 2], Upstream)),
            "getMore" => request.ReplyAsync(
                Reply("nextBatch", [3], request.Command.Contains("last") ? 0 : Upstream)
            ),
            "killCursors" => request.ReplyAsync(
                new()
                {
                    ["cursorsKilled"] = request.Command["cursors"],
                    ["cursorsNotFound"] = new BsonArray(),
                    ["cursorsAlive"] = new BsonArray(),
                    ["cursorsUnknown"] = new BsonArray(),
                    ["ok"] = 1.0,
                }
            ),
            _ => request.OkAsync(),
        };

    private static BsonDocument Reply(string batch, BsonArray documents, long id) =>
        new()
        {
            ["cursor"] = new BsonDocument
            {
                [batch] = documents,
                ["id"] = id,
                ["ns"] = "app.c",
            },
            ["ok"] = 1.0,
        };

    private static long Id(BsonDocument reply) => reply["cursor"].AsDocument["id"].AsInt64;
}

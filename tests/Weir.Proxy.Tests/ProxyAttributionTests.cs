using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

/// <summary>What servers are told of the client behind a request.</summary>
public class ProxyAttributionTests
{
    private static readonly BsonDocument Introduction = new()
    {
        ["application"] = new BsonDocument { ["name"] = "journal" },
        ["driver"] = new BsonDocument { ["name"] = "nodejs", ["version"] = "7.0.0" },
    };

    [Fact]
    public async Task By_default_a_request_says_nothing_of_its_client()
    {
        await using ProxyStage stage = await StartAsync(Attribution.None);
        await using RawClient client = await ConnectAsync(stage);

        await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(["find", "$db"], stage.Server.Requests[0].Command.Select(e => e.Name));
    }

    [Fact]
    public async Task A_comment_names_the_client_where_the_command_has_none()
    {
        await using ProxyStage stage = await StartAsync(Attribution.Comment);
        await using RawClient client = await ConnectAsync(stage);

        await client.RunAsync(new() { ["find"] = "c", ["maxTimeMS"] = 5_000 });
        await client.RunAsync(new() { ["find"] = "c", ["comment"] = "mine" });

        Assert.Equal(
            "weir: local, journal, nodejs 7.0.0",
            stage.Server.Requests[0].Command["comment"].AsString
        );
        Assert.Equal("mine", stage.Server.Requests[1].Command["comment"].AsString);
    }

    [Fact]
    public async Task The_metadata_goes_along_as_a_mongos_says_it_once_however_often_the_request_is_sent()
    {
        int count = 0;
        await using ProxyStage stage = await StartAsync(
            Attribution.Client,
            r => ++count == 1 ? r.ErrorAsync(10107, "not primary") : r.OkAsync()
        );
        await using RawClient client = await ConnectAsync(stage);

        await client.RunAsync(new() { ["find"] = "c" });

        Assert.Equal(2, stage.Server.Requests.Count);
        foreach (ScriptedRequest request in stage.Server.Requests)
        {
            Assert.Equal(["find", "$db", "$client"], request.Command.Select(e => e.Name));
            BsonDocument said = request.Command["$client"].AsDocument;
            Assert.Equal(Introduction["driver"], said["driver"]);
            Assert.Equal("local", said["mongos"].AsDocument["client"].AsString);
        }
    }

    private static Task<ProxyStage> StartAsync(
        Attribution attribution,
        Func<ScriptedRequest, Task>? answer = null
    ) =>
        ProxyStage.StartAsync(
            answer ?? (r => r.OkAsync()),
            upstream: settings => settings with { Attribution = attribution }
        );

    private static async Task<RawClient> ConnectAsync(ProxyStage stage)
    {
        RawClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["hello"] = 1, ["client"] = Introduction });
        return client;
    }
}

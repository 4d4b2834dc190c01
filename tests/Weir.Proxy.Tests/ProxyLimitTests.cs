using System.Net;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Tests.ClientAuthentication;
using Weir.Proxy.Tests.Scripted;
using Weir.Testing;

namespace Weir.Proxy.Tests;

/// <summary>What happens to those who take more than they may.</summary>
public class ProxyLimitTests
{
    private static readonly ClientUsers Users = new()
    {
        Users =
        [
            new() { Name = "ada", Credentials = ScramCredential.Derive("ada", "a") },
            new() { Name = "grace", Credentials = ScramCredential.Derive("grace", "g") },
        ],
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_over_a_limit_is_closed_at_once_and_the_next_is_served_when_one_has_gone(
        bool isListeners
    )
    {
        var limits = new ClientLimits { MaxClients = 1 };
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            listener: l => isListeners ? l with { Limits = limits } : l with { PerAddress = limits }
        );
        RawClient first = await stage.ConnectAsync();
        await first.RunAsync(new() { ["ping"] = 1 });
        await using RawClient second = await stage.ConnectAsync();

        Assert.Null(await second.ReadMessageAsync());
        Assert.Equal(1, stage.Proxy.Statistics.ClientsRefused);

        first.Kill();
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.Clients == 0, "the first has gone");
        await using RawClient third = await stage.ConnectAsync();
        Assert.Equal(1, (await third.RunAsync(new() { ["ping"] = 1 }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_login_over_its_users_limit_is_told_to_back_off_and_other_users_are_not()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            users: Users,
            proxy: o => o with { PerUser = new() { MaxClients = 1 } }
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await first.LogInAsync(LoginClient.Credential("ada", "a"));

        LoginRefusedException refused = await Assert.ThrowsAsync<LoginRefusedException>(() =>
            second.LogInAsync(LoginClient.Credential("ada", "a"))
        );
        Assert.Equal(462, refused.Code);
        Assert.Contains(
            "1 clients are connected, which is the limit of the user (maxClients)",
            refused.Message
        );

        await second.LogInAsync(LoginClient.Credential("grace", "g"));
        await first.RunAsync(new() { ["logout"] = 1, ["$db"] = "admin" });
        await first.LogInAsync(LoginClient.Credential("ada", "a"));
    }

    [Fact]
    public async Task A_users_limit_holds_over_all_listeners()
    {
        var sideDoor = new DnsEndPoint("weir", 27019);
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            users: Users,
            proxy: o =>
                o with
                {
                    Listeners = [.. o.Listeners, o.Listeners[0] with { EndPoint = sideDoor }],
                    PerUser = new() { MaxClients = 1, RequestsPerSecond = 2 },
                },
            time: new ManualClock()
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync(sideDoor);
        await first.LogInAsync(LoginClient.Credential("ada", "a"));

        LoginRefusedException refused = await Assert.ThrowsAsync<LoginRefusedException>(() =>
            second.LogInAsync(LoginClient.Credential("ada", "a"))
        );
        Assert.Equal(462, refused.Code);

        Assert.Equal(1, (await first.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        await first.RunAsync(new() { ["logout"] = 1, ["$db"] = "admin" });
        await second.LogInAsync(LoginClient.Credential("ada", "a"));
        Assert.Equal(1, (await second.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal(462, (await second.RunAsync(new() { ["find"] = "c" }))["code"].AsInt32);
    }

    [Fact]
    public async Task Logins_over_their_users_rate_are_told_to_back_off_until_the_second_is_over()
    {
        var clock = new ManualClock();
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            users: Users,
            time: clock,
            proxy: o => o with { PerUser = new() { ConnectionsPerSecond = 1 } }
        );
        await using RawClient first = await stage.ConnectAsync();
        await using RawClient second = await stage.ConnectAsync();
        await using RawClient other = await stage.ConnectAsync();
        await first.LogInAsync(LoginClient.Credential("ada", "a"));

        LoginRefusedException refused = await Assert.ThrowsAsync<LoginRefusedException>(() =>
            second.LogInAsync(LoginClient.Credential("ada", "a"))
        );
        await other.LogInAsync(LoginClient.Credential("grace", "g"));
        clock.Advance(TimeSpan.FromSeconds(1));
        await second.LogInAsync(LoginClient.Credential("ada", "a"));

        Assert.Equal(462, refused.Code);
        Assert.Contains(
            "more than 1 connections a second, which is the limit of the user (connectionsPerSecond)",
            refused.Message
        );
    }

    [Fact]
    public async Task Requests_over_the_rate_are_told_to_back_off_and_reach_no_server()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            users: Users,
            proxy: o => o with { PerUser = new() { RequestsPerSecond = 1 } }
        );
        await using RawClient client = await stage.ConnectAsync();
        await client.LogInAsync(LoginClient.Credential("ada", "a"));
        List<BsonDocument> replies = [];
        for (int i = 0; i < 50; i++)
            replies.Add(await client.RunAsync(new() { ["find"] = "c" }));

        BsonDocument refused = replies.First(r => r["ok"].ToInt32() == 0);
        Assert.Equal(462, refused["code"].AsInt32);
        Assert.Contains(refused["errorLabels"].AsArray, label => label == "SystemOverloadedError");
        Assert.Equal(replies.Count(r => r["ok"].ToInt32() == 1), stage.Server.Requests.Count);
        Assert.Equal(replies.Count(r => r["ok"].ToInt32() == 0), stage.Proxy.Statistics.RequestsLimited);
    }

    [Fact]
    public async Task A_user_finds_no_cursor_and_no_transaction_of_another()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r =>
                r.Name == "find"
                    ? r.ReplyAsync(
                        new()
                        {
                            ["cursor"] = new BsonDocument
                            {
                                ["firstBatch"] = new BsonArray(),
                                ["id"] = 77L,
                                ["ns"] = "app.c",
                            },
                            ["ok"] = 1,
                        }
                    )
                    : r.OkAsync(),
            users: Users
        );
        await using RawClient ada = await stage.ConnectAsync();
        await using RawClient grace = await stage.ConnectAsync();
        await ada.LogInAsync(LoginClient.Credential("ada", "a"));
        await grace.LogInAsync(LoginClient.Credential("grace", "g"));
        BsonValue cursor = (await ada.RunAsync(new() { ["find"] = "c" }))["cursor"].AsDocument["id"];
        await ada.RunAsync(Statement(start: true));

        Assert.Equal(
            43,
            (await grace.RunAsync(new() { ["getMore"] = cursor, ["collection"] = "c" }))["code"].AsInt32
        );
        Assert.Equal(251, (await grace.RunAsync(Statement(start: false)))["code"].AsInt32);
        Assert.Equal(251, (await grace.RunAsync(Statement(start: true)))["code"].AsInt32);
        int before = stage.Server.Requests.Count;
        Assert.Equal(
            1,
            (await ada.RunAsync(new() { ["getMore"] = cursor, ["collection"] = "c" }))["ok"].ToInt32()
        );
        Assert.Equal(1, (await ada.RunAsync(Statement(start: false)))["ok"].ToInt32());
        Assert.Equal(before + 2, stage.Server.Requests.Count);
    }

    private static BsonDocument Statement(bool start)
    {
        var command = new BsonDocument
        {
            ["insert"] = "c",
            ["lsid"] = Messages.Lsid(1),
            ["txnNumber"] = 3L,
            ["autocommit"] = false,
        };
        if (start)
            command["startTransaction"] = true;
        return command;
    }
}

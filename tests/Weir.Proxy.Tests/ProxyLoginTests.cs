using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Tests.ClientAuthentication;
using Weir.Proxy.Tests.Scripted;

namespace Weir.Proxy.Tests;

/// <summary>Clients that log in, and those that try to do without.</summary>
public class ProxyLoginTests
{
    private const string Password = "corréct horse";

    private static readonly ClientUsers Users = new()
    {
        Users =
        [
            new()
            {
                Name = "ada=,x",
                Databases = ["admin", "app"],
                Credentials = ScramCredential.Derive("ada=,x", Password),
            },
            new() { Name = "reports", Subject = "CN=reports" },
        ],
    };

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(Mechanisms.ScramSha256, true)]
    [InlineData(Mechanisms.ScramSha256, false)]
    [InlineData(Mechanisms.ScramSha1, true)]
    [InlineData(Mechanisms.ScramSha1, false)]
    public async Task A_user_logs_in_and_works(string? mechanism, bool speculate)
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        await client.LogInAsync(LoginClient.Credential("ada=,x", Password, mechanism), speculate);

        Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal((1, 0), (stage.Proxy.Statistics.Logins, stage.Proxy.Statistics.LoginsFailed));
        Assert.Equal(["find"], stage.Server.Names);
    }

    [Fact]
    public async Task The_connection_says_who_has_logged_in_until_they_log_out()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();
        await client.LogInAsync(LoginClient.Credential("ada=,x", Password) with { Source = "app" });

        BsonDocument user = Assert.Single(await UsersAsync(client)).AsDocument;
        Assert.Equal(("ada=,x", "app"), (user["user"].AsString, user["db"].AsString));

        await client.RunAsync(new() { ["logout"] = 1, ["$db"] = "elsewhere" });
        Assert.Single(await UsersAsync(client));
        await client.RunAsync(new() { ["logout"] = 1, ["$db"] = "app" });
        Assert.Empty(await UsersAsync(client));
        Assert.Equal(13, (await client.RunAsync(new() { ["find"] = "c" }))["code"].AsInt32);
    }

    [Theory]
    [InlineData("find")]
    [InlineData("insert")]
    [InlineData("getMore")]
    [InlineData("killCursors")]
    [InlineData("buildInfo")]
    [InlineData("abortTransaction")]
    [InlineData("nonsense")]
    public async Task Without_a_login_nothing_reaches_a_server(string command)
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(new() { [command] = 1 });

        Assert.Equal((13, "Unauthorized"), (error["code"].AsInt32, error["codeName"].AsString));
        Assert.Equal($"weir: Command {command} requires authentication", error["errmsg"].AsString);
        Assert.Equal(13, (await client.QueryAsync(new() { [command] = 1 }))["code"].AsInt32);
        Assert.Empty(stage.Server.Requests);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("isMaster")]
    [InlineData("ping")]
    [InlineData("whatsmyuri")]
    [InlineData("connectionStatus")]
    [InlineData("endSessions")]
    [InlineData("logout")]
    public async Task What_a_server_answers_to_anybody_is_answered_without_one(string command)
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        Assert.Equal(1, (await client.RunAsync(new() { [command] = 1 }))["ok"].ToInt32());
        Assert.Empty(stage.Server.Requests);
    }

    [Fact]
    public async Task A_wrong_password_and_a_name_that_is_not_there_look_the_same()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        LoginRefusedException wrong = await RefusedAsync(client, "ada=,x", "wrong");
        LoginRefusedException nobody = await RefusedAsync(client, "nobody", "wrong");

        Assert.Equal(18, wrong.Code);
        Assert.Equal(wrong.Reply.ToString(), nobody.Reply.ToString());
        Assert.Equal(await MechanismsAsync(client, "ada=,x"), await MechanismsAsync(client, "nobody"));
        Assert.Equal(13, (await client.RunAsync(new() { ["find"] = "c" }))["code"].AsInt32);
    }

    [Fact]
    public async Task A_failed_login_is_logged_without_secrets_and_in_one_line()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        await RefusedAsync(client, "no\nbody", "s3cret");

        string line = Assert.Single(stage.Logged(LogLevel.Warning));
        Assert.Contains("Login of \"no?body\" in database admin by SCRAM-SHA-256 failed", line);
        Assert.DoesNotContain("s3cret", string.Join('\n', stage.Logged(LogLevel.Trace)));
        Assert.Equal(1, stage.Proxy.Statistics.LoginsFailed);
    }

    [Fact]
    public async Task Guessing_is_slowed_and_a_right_password_is_not()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient guesser = await stage.ConnectAsync();
        await using RawClient user = await stage.ConnectAsync();
        await RefusedAsync(guesser, "ada=,x", "1");
        await RefusedAsync(guesser, "ada=,x", "2");
        await RefusedAsync(guesser, "ada=,x", "3");

        long started = Stopwatch.GetTimestamp();
        Task<LoginRefusedException> guess = RefusedAsync(guesser, "ada=,x", "4");
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.LoginsHeld == 1, "the answer is held");
        await user.LogInAsync(LoginClient.Credential("ada=,x", Password));
        Assert.False(guess.IsCompleted);

        await guess;
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(350));
        Assert.Equal(0, stage.Proxy.Statistics.LoginsHeld);
    }

    [Fact]
    public async Task A_guesser_that_goes_holds_nothing_any_more()
    {
        await using ProxyStage stage = await StartAsync();
        RawClient guesser = await stage.ConnectAsync();
        for (int i = 0; i < 4; i++)
            await RefusedAsync(guesser, "ada=,x", "guess");
        Task<LoginRefusedException> last = RefusedAsync(guesser, "ada=,x", "guess");
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.LoginsHeld == 1, "the answer is held");

        guesser.Kill();

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.LoginsHeld == 0, "nothing is held");
        await Assert.ThrowsAnyAsync<Exception>(() => last);
    }

    [Fact]
    public async Task Each_login_is_one_users_and_another_must_wait_for_the_logout()
    {
        var users = new ClientUsers
        {
            Users =
            [
                new() { Name = "ada", Credentials = ScramCredential.Derive("ada", "a") },
                new() { Name = "grace", Credentials = ScramCredential.Derive("grace", "g") },
            ],
        };
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync(), users: users);
        await using RawClient client = await stage.ConnectAsync();
        await client.LogInAsync(LoginClient.Credential("ada", "a"));

        await client.LogInAsync(LoginClient.Credential("ada", "a"));
        LoginRefusedException other = await Assert.ThrowsAsync<LoginRefusedException>(() =>
            client.LogInAsync(LoginClient.Credential("grace", "g"), speculate: false)
        );
        Assert.Equal(17, other.Code);
        Assert.Equal("ada", Assert.Single(await UsersAsync(client)).AsDocument["user"].AsString);

        await client.RunAsync(new() { ["logout"] = 1, ["$db"] = "admin" });
        await client.LogInAsync(LoginClient.Credential("grace", "g"));
        Assert.Equal("grace", Assert.Single(await UsersAsync(client)).AsDocument["user"].AsString);
    }

    [Fact]
    public async Task Users_can_be_replaced_while_they_are_connected()
    {
        UserSettings ada = new() { Name = "ada", Credentials = ScramCredential.Derive("ada", "a") };
        UserSettings grace = new() { Name = "grace", Credentials = ScramCredential.Derive("grace", "g") };
        await using ProxyStage stage = await ProxyStage.StartAsync(
            r => r.OkAsync(),
            users: new() { Users = [ada, grace] }
        );
        await using RawClient stays = await stage.ConnectAsync();
        await using RawClient goes = await stage.ConnectAsync();
        await stays.LogInAsync(LoginClient.Credential("ada", "a"));
        await goes.LogInAsync(LoginClient.Credential("grace", "g"));

        UserSettings changed = ada with { Credentials = ScramCredential.Derive("ada", "new") };
        stage.Proxy.ReplaceUsers(new() { Users = [changed] }, new Dictionary<string, Credential>());

        Assert.Equal(1, (await stays.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Equal(13, (await goes.RunAsync(new() { ["find"] = "c" }))["code"].AsInt32);
        await Assert.ThrowsAsync<LoginRefusedException>(() =>
            goes.LogInAsync(LoginClient.Credential("grace", "g"))
        );
        await goes.LogInAsync(LoginClient.Credential("ada", "new"));
        Assert.Equal(1, (await goes.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        Assert.Throws<ArgumentException>(() =>
            stage.Proxy.ReplaceUsers(ClientUsers.None, new Dictionary<string, Credential>())
        );
    }

    [Fact]
    public async Task Messages_out_of_order_are_refused_and_the_connection_can_still_log_in()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();
        BsonDocument start = SaslStart("n,,n=ada=3D=2Cx,r=abc");

        Assert.Equal(17, await CodeAsync(client, Continue(1, "c=biws,r=abc,p=AAAA")));
        Assert.Equal(14, await CodeAsync(client, new() { ["saslStart"] = 1 }));
        Assert.Equal(334, await CodeAsync(client, new() { ["saslStart"] = 1, ["mechanism"] = "PLAIN" }));
        Assert.Equal(
            334,
            await CodeAsync(client, new() { ["authenticate"] = 1, ["mechanism"] = "MONGODB-CR" })
        );
        Assert.Equal(17, await CodeAsync(client, SaslStart("n,,garbage")));
        start["payload"] = "a text";
        Assert.Equal(14, await CodeAsync(client, start));
        int id = (await client.RunAsync(SaslStart("n,,n=ada=3D=2Cx,r=abc")))["conversationId"].AsInt32;
        Assert.Equal(17, await CodeAsync(client, Continue(id + 1, "c=biws,r=abc,p=AAAA")));
        Assert.Equal(17, await CodeAsync(client, Continue(id, "c=biws,r=abc,p=AAAA")));
        id = (await client.RunAsync(SaslStart("n,,n=ada=3D=2Cx,r=abc")))["conversationId"].AsInt32;
        Assert.Equal(18, await CodeAsync(client, Continue(id, "c=biws,r=abc,p=AAAA")));
        Assert.Equal(17, await CodeAsync(client, Continue(id, "c=biws,r=abc,p=AAAA")));

        await client.LogInAsync(LoginClient.Credential("ada=,x", Password));
        Assert.Single(await UsersAsync(client));
    }

    [Fact]
    public async Task A_certificate_that_was_not_shown_proves_nobody()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument error = await client.RunAsync(
            new()
            {
                ["authenticate"] = 1,
                ["mechanism"] = Mechanisms.X509,
                ["user"] = "CN=reports",
                ["$db"] = "$external",
            }
        );

        Assert.Equal(18, error["code"].AsInt32);
    }

    [Fact]
    public async Task A_large_message_before_the_login_ends_the_connection()
    {
        await using ProxyStage stage = await StartAsync();
        await using RawClient client = await stage.ConnectAsync();
        byte[] message = Messages.Msg(new() { ["insert"] = "c", ["x"] = new string('x', 100_000) });

        // It may be closed before it has sent all of it.
        await client.Channel.SendAsync(message);

        Assert.Null(await client.ReadMessageAsync());
        Assert.Contains("before it logged in", Assert.Single(stage.Logged(LogLevel.Warning)));
        Assert.Equal(0, stage.Proxy.Statistics.BufferedBytes);
    }

    [Fact]
    public async Task A_listener_that_authenticates_nobody_says_so()
    {
        await using ProxyStage stage = await ProxyStage.StartAsync(r => r.OkAsync());
        await using RawClient client = await stage.ConnectAsync();

        LoginRefusedException refused = await RefusedAsync(client, "ada", "a");

        Assert.Equal(18, refused.Code);
        Assert.Contains("does not authenticate clients", refused.Message);
    }

    private static Task<ProxyStage> StartAsync() => ProxyStage.StartAsync(r => r.OkAsync(), users: Users);

    private static Task<LoginRefusedException> RefusedAsync(RawClient client, string name, string password) =>
        Assert.ThrowsAsync<LoginRefusedException>(() =>
            client.LogInAsync(LoginClient.Credential(name, password))
        );

    private static async Task<BsonArray> UsersAsync(RawClient client) =>
        (await client.RunAsync(new() { ["connectionStatus"] = 1 }))["authInfo"]
            .AsDocument["authenticatedUsers"]
            .AsArray;

    private static async Task<string> MechanismsAsync(RawClient client, string name) =>
        (await client.RunAsync(new() { ["hello"] = 1, ["saslSupportedMechs"] = "admin." + name }))[
            "saslSupportedMechs"
        ]
            .ToString();

    private static async Task<int> CodeAsync(RawClient client, BsonDocument command) =>
        (await client.RunAsync(command))["code"].AsInt32;

    private static BsonDocument SaslStart(string payload) =>
        new()
        {
            ["saslStart"] = 1,
            ["mechanism"] = Mechanisms.ScramSha256,
            ["payload"] = Encoding.UTF8.GetBytes(payload),
            ["$db"] = "admin",
        };

    private static BsonDocument Continue(int id, string payload) =>
        new()
        {
            ["saslContinue"] = 1,
            ["conversationId"] = id,
            ["payload"] = Encoding.UTF8.GetBytes(payload),
            ["$db"] = "admin",
        };
}

using Weir.Pooling.Connections;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Deployments;

public sealed class FailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_says_it_is_no_primary_is_believed()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017"];
        var a = upstream.Serve("a:27017", streams: false);
        var b = upstream.Serve("b:27017", streams: false);
        a.Become(Hello.Primary(1, hosts));
        b.Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a,b/?replicaSet=rs");
        await upstream.SeesAsync(t => t.Servers.All(s => s.IsDataBearing));
        var old = deployment.TrySelectServer(ReadPreference.Primary, write: true)!;
        a.Answer = _ => new BsonDocument
        {
            ["ok"] = 0,
            ["code"] = 10107,
            ["errmsg"] = "not primary",
        };

        // The set has elected meanwhile; nobody has asked either of them since.
        a.Become(Hello.Secondary(hosts));
        b.Become(Hello.Primary(2, hosts));
        await Assert.ThrowsAsync<CommandException>(async () =>
            await old.RunCommandAsync("db", new BsonDocument { ["insert"] = "c" }, Token)
        );

        Assert.Null(deployment.TrySelectServer(ReadPreference.Primary, write: true));
        Assert.Contains("not primary", old.Description.Error, StringComparison.Ordinal);
        Assert.Equal(0, old.Pool.GetGeneration());
        var found = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        Assert.Equal(b.Address, found.Address);
    }

    [Fact]
    public async Task A_server_that_shuts_down_loses_its_pool()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);
        var server = deployment.Servers[0];
        a.Answer = _ => new BsonDocument
        {
            ["ok"] = 1,
            ["writeConcernError"] = new BsonDocument { ["code"] = 91, ["errmsg"] = "shutting down" },
        };

        await server.RunCommandAsync("db", new BsonDocument { ["insert"] = "c" }, Token);

        Assert.Equal(1, server.Pool.GetGeneration());
    }

    [Fact]
    public async Task A_server_that_only_said_that_it_shuts_down_is_found_again()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);
        a.Answer = _ => new BsonDocument
        {
            ["ok"] = 0,
            ["code"] = 91,
            ["errmsg"] = "no change will be told",
        };
        await Assert.ThrowsAsync<CommandException>(async () =>
            await deployment.Servers[0].RunCommandAsync("db", new BsonDocument { ["insert"] = "c" }, Token)
        );

        // Its stream has nothing new to say, so it would be silent for longer than a selection waits.
        var found = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );

        Assert.Equal(a.Address, found.Address);
    }

    [Fact]
    public async Task An_old_word_of_the_server_changes_nothing()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);
        var version = a.Version();
        a.Answer = _ => new BsonDocument
        {
            ["ok"] = 0,
            ["code"] = 91,
            ["errmsg"] = "late",
            ["topologyVersion"] = version,
        };

        await Assert.ThrowsAsync<CommandException>(async () =>
            await deployment.Servers[0].RunCommandAsync("db", new BsonDocument { ["insert"] = "c" }, Token)
        );

        Assert.True(deployment.Servers[0].Description.IsDataBearing);
        Assert.Equal(0, deployment.Servers[0].Pool.GetGeneration());
    }

    [Fact]
    public async Task A_connection_that_breaks_in_use_costs_the_pool_its_connections()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        a.Answer = _ =>
        {
            a.BreakConnections();
            return [];
        };
        var deployment = upstream.Connect("mongodb://a");
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );

        await Assert.ThrowsAsync<ConnectionException>(async () =>
            await server.RunCommandAsync("db", new BsonDocument { ["insert"] = "c" }, Token)
        );
        Assert.True(server.Pool.GetGeneration() >= 1);

        a.Answer = _ => new BsonDocument { ["ok"] = 1 };
        var again = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        await again.RunCommandAsync("db", new BsonDocument { ["ping"] = 1 }, Token);
    }

    [Fact]
    public async Task A_timeout_in_use_says_nothing_about_the_server()
    {
        await using var upstream = new Upstream();
        upstream.Serve("a:27017").Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        var connection = await server.Pool.CheckOutAsync(cancellationToken: Token);

        server.HandleNetworkError(connection, new TimeoutException("slow"), isTimeout: true);

        Assert.True(server.Description.IsDataBearing);
        Assert.Equal(0, server.Pool.GetGeneration());
        connection.CheckIn();
    }

    [Fact]
    public async Task A_command_that_is_not_answered_within_the_socket_timeout_costs_its_connection_only()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        a.Answer = command => command[0].Name == "slow" ? null : new BsonDocument { ["ok"] = 1 };
        var deployment = upstream.Connect("mongodb://a/?socketTimeoutMS=50&minPoolSize=0");
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );

        var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
            await server.RunCommandAsync("db", new BsonDocument { ["slow"] = 1 }, Token)
        );

        Assert.True(error.IsTimeout);
        Assert.True(server.Description.IsDataBearing);
        Assert.Equal(0, server.Pool.GetGeneration());
        Assert.Equal(0, server.Pool.Statistics.InUse);
        await server.RunCommandAsync("db", new BsonDocument { ["ping"] = 1 }, Token);
    }

    [Theory]
    [InlineData("""{"ok": 0, "errmsg": "node is recovering"}""", true, false)]
    [InlineData("""{"ok": 0, "errmsg": "not master or secondary"}""", true, false)]
    [InlineData("""{"ok": 0, "errmsg": "not master"}""", true, false)]
    [InlineData("""{"ok": 0, "errmsg": "not master", "code": 1}""", false, false)]
    [InlineData("""{"ok": 0, "$err": "not master and slaveOk=false"}""", true, false)]
    [InlineData("""{"ok": 0, "code": 11600}""", true, true)]
    [InlineData("""{"ok": 0, "code": 91}""", true, true)]
    [InlineData("""{"ok": 0, "code": 189}""", true, false)]
    [InlineData("""{"ok": 1, "writeErrors": [{"code": 10107}]}""", false, false)]
    [InlineData("""{"ok": 1, "writeConcernError": {"code": 10107}}""", true, false)]
    [InlineData("""{"ok": 1}""", false, false)]
    public void Errors_of_state_are_told_by_their_code_or_else_by_their_message(
        string reply,
        bool state,
        bool shutdown
    )
    {
        var change = StateChangeError.Of(Weir.Protocol.Json.ExtendedJson.Parse(reply));
        Assert.Equal(state, change is not null);
        Assert.Equal(shutdown, change?.IsShutdown == true);
    }
}

using System.Diagnostics;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Conformance.SdamCases;

/// <summary>The prose tests of server discovery and monitoring, and elections, against the sandbox.</summary>
public class SdamProseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_election_moves_the_next_selection_to_the_new_primary()
    {
        await using var upstream = await SandboxUpstream.StartReplicaSetAsync();
        var sandbox = upstream.Sandbox;
        var deployment = upstream.Connect(sandbox.ConnectionString + "&heartbeatFrequencyMS=600000");
        var first = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        Assert.Equal(sandbox.Members[0].Address, first.Address.ToString());

        await sandbox.ElectAsync(sandbox.Members[1]);
        await upstream.UntilAsync(() =>
            deployment.Topology.Primary?.Address.ToString() == sandbox.Members[1].Address
        );

        var second = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        var reply = await second.RunCommandAsync("db", Insert(), Token);
        Assert.Equal(1, reply["n"].ToInt32());
    }

    [Fact]
    public async Task A_selection_waits_for_a_stopped_set_and_then_says_what_it_saw()
    {
        await using var upstream = await SandboxUpstream.StartReplicaSetAsync();
        var sandbox = upstream.Sandbox;
        var deployment = upstream.Connect(sandbox.ConnectionString + "&serverSelectionTimeoutMS=60000");
        await deployment.SelectServerAsync(ReadPreference.Primary, true, cancellationToken: Token);
        foreach (var member in sandbox.Members)
        {
            await sandbox.StopAsync(member);
        }
        await upstream.UntilAsync(() => deployment.Topology.Servers.All(s => !s.IsDataBearing));

        var deadline = Deadline.After(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ServerSelectionException>(async () =>
            await deployment.SelectServerAsync(ReadPreference.Nearest, false, deadline, Token)
        );
        Assert.All(sandbox.Members, m => Assert.Contains(m.Address, error.Message, StringComparison.Ordinal));

        await sandbox.StartAsync(sandbox.Members[2]);
        await upstream.UntilAsync(() =>
            deployment.TrySelectServer(ReadPreference.Nearest, false) is not null
        );
    }

    [Fact]
    public async Task A_seed_that_is_a_secondary_leads_to_the_primary_unless_the_connection_is_direct()
    {
        await using var upstream = await SandboxUpstream.StartReplicaSetAsync();
        var secondary = upstream.Sandbox.Members[1].Address;

        var discovering = upstream.Connect($"mongodb://{secondary}/?directConnection=false");
        var primary = await discovering.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        await primary.RunCommandAsync("db", Insert(), Token);

        var direct = upstream.Connect($"mongodb://{secondary}/?directConnection=true");
        var server = await direct.SelectServerAsync(ReadPreference.Primary, true, cancellationToken: Token);
        Assert.Equal(ServerAddress.Parse(secondary), server.Address);
        var error = await Assert.ThrowsAsync<CommandException>(async () =>
            await server.RunCommandAsync("db", Insert(), Token)
        );
        Assert.Equal(10107, error.Code);
    }

    [Fact]
    public async Task Monitors_sleep_at_least_half_a_second_between_failed_checks()
    {
        await using var upstream = await SandboxUpstream.StartAsync(new SandboxOptions());
        await upstream.FailHelloAsync(
            "SDAMMinHeartbeatFrequencyTest",
            new BsonDocument { ["times"] = 5 },
            new BsonElement("errorCode", 1234)
        );
        var deployment = upstream.Connect(
            upstream.Sandbox.ConnectionString
                + "?directConnection=true&appName=SDAMMinHeartbeatFrequencyTest&serverSelectionTimeoutMS=60000"
        );

        var clock = Stopwatch.StartNew();
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        await server.RunCommandAsync("admin", new BsonDocument { ["ping"] = 1 }, Token);

        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(2), $"it took {clock.Elapsed}");
    }

    [Fact]
    public async Task Pools_are_ready_when_a_check_succeeds_and_cleared_when_it_fails()
    {
        await using var upstream = await SandboxUpstream.StartAsync(new SandboxOptions());
        upstream.Connect(
            upstream.Sandbox.ConnectionString
                + "?directConnection=true&appName=SDAMPoolManagementTest&heartbeatFrequencyMS=500"
        );
        await upstream.UntilAsync(() => upstream.Told.Contains("PoolReady"));
        Assert.True(Index("HeartbeatSucceeded", 0) < Index("PoolReady", 0));

        await upstream.FailHelloAsync(
            "SDAMPoolManagementTest",
            new BsonDocument { ["times"] = 2 },
            new BsonElement("errorCode", 1234)
        );

        await upstream.UntilAsync(() => Index("PoolCleared", 0) >= 0 && Index("HeartbeatFailed", 0) >= 0);
        var cleared = Index("PoolCleared", 0);
        await upstream.UntilAsync(() =>
            Index("HeartbeatSucceeded", cleared) >= 0 && Index("PoolReady", cleared) >= 0
        );

        int Index(string what, int from) => upstream.Told.ToList().IndexOf(what, from);
    }

    [Fact]
    public async Task A_server_that_turns_connections_away_fails_check_outs_and_costs_no_pool_its_connections()
    {
        const string appName = "SDAMBackpressureTest";
        await using var upstream = await SandboxUpstream.StartAsync(
            new SandboxOptions { MaxConnections = 20 }
        );
        await upstream.FailAsync(
            upstream.Sandbox.Members[0],
            appName,
            ["find"],
            "alwaysOn",
            new BsonElement("blockConnection", true),
            new BsonElement("blockTimeMS", 500)
        );
        var deployment = upstream.Connect(
            $"{upstream.Sandbox.ConnectionString}?appName={appName}&maxConnecting=100&maxPoolSize=100&minPoolSize=0"
        );
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(FindAsync, Token)));

        Assert.True(upstream.Told.Count(t => t == "CheckOutFailed") >= 10);
        Assert.DoesNotContain("PoolCleared", upstream.Told);

        async Task FindAsync()
        {
            try
            {
                await server.RunCommandAsync("db", new BsonDocument { ["find"] = "c" }, Token);
            }
            catch (ConnectionException e)
            {
                Assert.True(e.HasLabel(ErrorLabels.SystemOverloadedError), e.Message);
            }
        }
    }

    [Fact]
    public async Task Round_trip_times_are_updated_while_answers_are_streamed()
    {
        await using var upstream = await SandboxUpstream.StartAsync(new SandboxOptions());
        var deployment = upstream.Connect(
            upstream.Sandbox.ConnectionString + "?heartbeatFrequencyMS=500&appName=streamingRttTest"
        );
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            true,
            cancellationToken: Token
        );
        await upstream.UntilAsync(() => upstream.Told.Count(t => t == "HeartbeatSucceeded") >= 3);
        Assert.True(server.Description.RoundTripTime > TimeSpan.Zero);

        await upstream.FailHelloAsync(
            "streamingRttTest",
            new BsonDocument { ["times"] = 1000 },
            new BsonElement("blockConnection", true),
            new BsonElement("blockTimeMS", 1500)
        );

        await upstream.UntilAsync(() => server.Description.RoundTripTime > TimeSpan.FromMilliseconds(250));
    }

    private static BsonDocument Insert() =>
        new()
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["x"] = 1 } },
        };
}

using System.Collections.Concurrent;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Tests.Deployments;

public sealed class DiscoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standalone_is_found_and_runs_commands()
    {
        await using var upstream = new Upstream();
        upstream.Serve("a:27017").Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");

        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        var reply = await server.RunCommandAsync("admin", new BsonDocument { ["ping"] = 1 }, Token);

        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal(TopologyType.Single, deployment.Topology.Type);
    }

    [Fact]
    public async Task The_same_over_real_event_loops()
    {
        await using var upstream = new Upstream { Network = new SocketNetwork() };
        var socket = Path.Combine(Path.GetTempPath(), $"weir-{Guid.NewGuid():n}.sock");
        upstream.Serve(socket).Become(Hello.Standalone());
        var deployment = upstream.Connect($"mongodb://{Uri.EscapeDataString(socket)}");

        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        await server.RunCommandAsync("admin", new BsonDocument { ["ping"] = 1 }, Token);

        Assert.Equal(socket, server.Address.ToString());
    }

    [Fact]
    public async Task One_seed_leads_to_the_whole_replica_set()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017", "c:27017"];
        upstream.Serve("a:27017").Become(Hello.Secondary(hosts));
        upstream.Serve("b:27017").Become(Hello.Primary(1, hosts));
        upstream.Serve("c:27017").Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a/?replicaSet=rs");

        await upstream.SeesAsync(t => t.Servers.Count == 3 && t.Servers.All(s => s.IsDataBearing));

        Assert.Equal(
            "b:27017",
            deployment.TrySelectServer(ReadPreference.Primary, write: true)!.Address.ToString()
        );
        Assert.NotEqual(
            "b:27017",
            deployment.TrySelectServer(ReadPreference.Secondary, write: false)!.Address.ToString()
        );
    }

    [Fact]
    public async Task An_election_is_heard_of_at_once()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017"];
        var a = upstream.Serve("a:27017");
        var b = upstream.Serve("b:27017");
        a.Become(Hello.Primary(1, hosts));
        b.Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a,b/?replicaSet=rs&heartbeatFrequencyMS=600000");
        await upstream.SeesAsync(t => t.Servers.All(s => s.IsDataBearing));

        b.Become(Hello.Primary(2, hosts));
        await upstream.SeesAsync(t => t.Primary?.Address == b.Address);
        a.Become(Hello.Secondary(hosts));
        await upstream.SeesAsync(t => t.Servers.All(s => s.IsDataBearing));

        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        Assert.Equal(b.Address, server.Address);
    }

    [Fact]
    public async Task A_selection_waits_for_the_election_to_end()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017"];
        var a = upstream.Serve("a:27017");
        var b = upstream.Serve("b:27017");
        a.Become(Hello.Primary(1, hosts));
        b.Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a,b/?replicaSet=rs");
        await upstream.SeesAsync(t => t.Servers.All(s => s.IsDataBearing));
        a.Become(Hello.Secondary(hosts));
        await upstream.SeesAsync(t => t.Primary is null);

        var selection = deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        Assert.False(selection.IsCompleted);
        b.Become(Hello.Primary(2, hosts));

        Assert.Equal(b.Address, (await selection).Address);
    }

    [Fact]
    public async Task A_server_that_left_the_set_is_let_go()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        var b = upstream.Serve("b:27017");
        a.Become(Hello.Primary(1, "a:27017", "b:27017"));
        b.Become(Hello.Secondary("a:27017", "b:27017"));
        var deployment = upstream.Connect("mongodb://a/?replicaSet=rs&minPoolSize=0");
        await upstream.SeesAsync(t => t.Servers.Count == 2 && t.Servers.All(s => s.IsDataBearing));
        var left = deployment.FindServer(b.Address)!;
        var connection = await left.Pool.CheckOutAsync(cancellationToken: Token);

        a.Become(Hello.Primary(1, "a:27017"));
        await upstream.HearsAsync(e => e.Any(i => i is TopologyEvent.ServerClosed));

        Assert.Null(deployment.FindServer(b.Address));
        connection.CheckIn();
        await deployment.DisposeAsync();
        await b.EmptyAsync();
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_asked_again_and_again()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017", streams: false);
        a.Become(Hello.Standalone());
        upstream.Connect("mongodb://a/?heartbeatFrequencyMS=500&directConnection=true");

        await upstream.HearsAsync(e => e.OfType<TopologyEvent.HeartbeatSucceeded>().Count() >= 3);

        Assert.All(upstream.Events.OfType<TopologyEvent.HeartbeatSucceeded>(), e => Assert.False(e.Awaited));
    }

    [Fact]
    public async Task A_monitor_that_loses_its_connection_asks_again_at_once()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        a.Become(Hello.Standalone());
        upstream.Connect("mongodb://a/?heartbeatFrequencyMS=600000");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);

        a.BreakConnections();
        await upstream.HearsAsync(e => e.Any(i => i is TopologyEvent.HeartbeatFailed));
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);
    }

    [Fact]
    public async Task Every_step_of_opening_and_closing_is_told_in_order()
    {
        await using var upstream = new Upstream();
        upstream.Serve("a:27017").Become(Hello.Standalone());
        var deployment = upstream.Connect("mongodb://a");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);

        await deployment.DisposeAsync();

        var told = upstream
            .Events.Where(e => e is not TopologyEvent.HeartbeatStarted)
            .Select(e => e.GetType().Name);
        Assert.Equal(
            [
                "TopologyOpening",
                "TopologyDescriptionChanged",
                "ServerOpening",
                "HeartbeatSucceeded",
                "ServerDescriptionChanged",
                "TopologyDescriptionChanged",
                "ServerClosed",
                "TopologyDescriptionChanged",
                "TopologyClosed",
            ],
            told
        );
    }

    [Fact]
    public async Task A_check_is_told_of_before_its_connection_is_made()
    {
        var told = new ConcurrentQueue<string>();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var network = new MemoryNetwork();
        await using var listener = network.Listen(
            ServerAddress.Parse("a:27017").ToEndPoint(),
            new ListenerOptions(),
            async channel =>
            {
                told.Enqueue("client connected");
                await channel.WaitToReceiveAsync();
                told.Enqueue("client hello received");
                channel.Abort();
            }
        );
        await using var deployment = new Deployment(
            ConnectionString.Parse("mongodb://a/?serverSelectionTimeoutMS=500"),
            network,
            new DeploymentOptions
            {
                TopologyEvents = item =>
                {
                    if (item is TopologyEvent.Heartbeat)
                    {
                        told.Enqueue(item.GetType().Name);
                    }
                    if (item is TopologyEvent.HeartbeatFailed)
                    {
                        failed.TrySetResult();
                    }
                },
            }
        );

        deployment.Start();
        await failed.Task.WaitAsync(Token);

        Assert.Equal(
            ["HeartbeatStarted", "client connected", "client hello received", "HeartbeatFailed"],
            told.Take(4)
        );
    }

    [Fact]
    public async Task Closing_leaves_no_connection_behind()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017"];
        var a = upstream.Serve("a:27017");
        var b = upstream.Serve("b:27017");
        a.Become(Hello.Primary(1, hosts));
        b.Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a,b/?replicaSet=rs");
        await upstream.SeesAsync(t => t.Servers.All(s => s.IsDataBearing));
        await deployment
            .TrySelectServer(ReadPreference.Primary, true)!
            .RunCommandAsync("admin", new("ping", 1), Token);

        await deployment.DisposeAsync();

        await a.EmptyAsync();
        await b.EmptyAsync();
        Assert.Empty(deployment.Topology.Servers);
    }
}

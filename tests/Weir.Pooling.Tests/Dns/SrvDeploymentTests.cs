using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Dns;
using Weir.Pooling.Selection;
using Weir.Pooling.Tests.Deployments;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Testing.Dns;
using Weir.Transport;

namespace Weir.Pooling.Tests.Dns;

/// <summary>The whole way, from a name to a reply.</summary>
public sealed class SrvDeploymentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_leads_to_a_replica_set()
    {
        await using var dns = new DnsResponder();
        dns.Zone.AddService("_mongodb._tcp.c.example.com", 27017, "a.example.com")
            .AddText("c.example.com", "replicaSet=rs");
        await using var network = new MemoryNetwork();
        await using var a = new ScriptedServer(network, "a.example.com:27017");
        await using var b = new ScriptedServer(network, "b.example.com:27017");
        string[] hosts = ["a.example.com:27017", "b.example.com:27017"];
        a.Become(Hello.Secondary(hosts));
        b.Become(Hello.Primary(1, hosts));
        await using var deployment = Create("mongodb+srv://c.example.com/?tls=false", network, Resolver(dns));
        deployment.Start();

        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        var reply = await server.RunCommandAsync("admin", new BsonDocument { ["ping"] = 1 }, Token);

        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal("b.example.com:27017", server.Address.ToString());
        Assert.Equal("rs", deployment.Topology.SetName);
    }

    [Fact]
    public async Task A_name_leads_to_a_load_balancer()
    {
        await using var network = new MemoryNetwork();
        await using var balancer = new ScriptedServer(network, "lb.example.com:27017", streams: false);
        var hello = Hello.Mongos();
        hello["serviceId"] = ObjectId.New();
        balancer.Become(hello);
        await using var deployment = Create(
            "mongodb+srv://c.example.com/?tls=false",
            network,
            new ScriptedResolver { Texts = ["loadBalanced=true"] }.Serve("lb.example.com:27017")
        );
        deployment.Start();

        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        var reply = await server.RunCommandAsync("admin", new BsonDocument { ["ping"] = 1 }, Token);

        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal(TopologyType.LoadBalanced, deployment.Topology.Type);
    }

    [Fact]
    public async Task While_DNS_fails_selection_waits_and_then_says_what_DNS_said()
    {
        await using var dns = new DnsResponder();
        await using var network = new MemoryNetwork();
        await using var deployment = Create(
            "mongodb+srv://user:secret@c.example.com/?serverSelectionTimeoutMS=300",
            network,
            Resolver(dns)
        );
        deployment.Start();

        var error = await Assert.ThrowsAsync<ServerSelectionException>(() => SelectAsync(deployment));

        Assert.True(error.IsTimeout);
        Assert.Contains("_mongodb._tcp.c.example.com", error.Message, StringComparison.Ordinal);
        Assert.Contains("NXDOMAIN", error.Message, StringComparison.Ordinal);
        Assert.Contains(dns.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_DNS_is_silent_selection_says_that_it_has_not_answered()
    {
        await using var dns = new DnsResponder();
        dns.OverUdp = _ => [];
        await using var network = new MemoryNetwork();
        await using var deployment = Create(
            "mongodb+srv://c.example.com/?serverSelectionTimeoutMS=50",
            network,
            Resolver(dns)
        );
        deployment.Start();

        var error = await Assert.ThrowsAsync<ServerSelectionException>(() => SelectAsync(deployment));

        Assert.Contains("DNS has not answered yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selections_that_wait_go_on_when_DNS_answers_at_last()
    {
        await using var network = new MemoryNetwork();
        await using var a = new ScriptedServer(network, "a.example.com:27017");
        a.Become(Hello.Mongos());
        var resolver = new ScriptedResolver
        {
            Failure = new DnsException(DnsFailure.Timeout, "SRV", "later"),
        };
        await using var deployment = Create("mongodb+srv://c.example.com/?tls=false", network, resolver);
        deployment.Start();
        var selection = SelectAsync(deployment);
        resolver.Serve("a.example.com:27017");
        resolver.Failure = null;

        Assert.Equal("a.example.com:27017", (await selection).Address.ToString());
    }

    [Fact]
    public async Task Closing_ends_the_look_ups_and_those_who_wait()
    {
        await using var dns = new DnsResponder();
        dns.OverUdp = _ => [];
        await using var network = new MemoryNetwork();
        var deployment = Create("mongodb+srv://c.example.com/", network, Resolver(dns));
        deployment.Start();
        var selection = SelectAsync(deployment);
        await dns.AskedAsync(1, Token);

        await deployment.DisposeAsync();

        var error = await Assert.ThrowsAsync<ServerSelectionException>(() => selection);
        Assert.False(error.IsTimeout);
    }

    [Fact]
    public async Task A_deployment_that_was_never_started_asks_nobody()
    {
        await using var network = new MemoryNetwork();
        var resolver = new ScriptedResolver().Serve("a.example.com:27017");
        await using (Create("mongodb+srv://c.example.com/", network, resolver)) { }
        Assert.Empty(resolver.Asked);
    }

    [Fact]
    public async Task A_string_that_is_resolved_already_is_only_followed()
    {
        await using var network = new MemoryNetwork();
        await using var a = new ScriptedServer(network, "a.example.com:27017");
        a.Become(Hello.Mongos());
        var resolver = new ScriptedResolver();
        await using var deployment = new Deployment(
            ConnectionString.Parse("mongodb+srv://c.example.com/?tls=false").ResolvedWith([a.Address], null),
            network,
            new DeploymentOptions { SrvResolver = resolver }
        );
        deployment.Start();

        Assert.Equal(a.Address, (await SelectAsync(deployment)).Address);
        Assert.Empty(resolver.Asked);
    }

    private static Task<Server> SelectAsync(Deployment deployment) =>
        deployment.SelectServerAsync(ReadPreference.Primary, write: true, cancellationToken: Token).AsTask();

    private static DnsResolver Resolver(DnsResponder dns) =>
        new(() => new ResolverConfiguration { NameServers = [dns.EndPoint] }, TimeProvider.System);

    private static Deployment Create(string uri, Network network, ISrvResolver resolver) =>
        new(ConnectionString.Parse(uri), network, new DeploymentOptions { SrvResolver = resolver });
}

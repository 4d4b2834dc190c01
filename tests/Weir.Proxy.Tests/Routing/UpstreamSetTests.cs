using Microsoft.Extensions.Logging.Abstractions;
using Weir.Pooling;
using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy.Routing;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Proxy.Tests.Routing;

public class UpstreamSetTests
{
    [Fact]
    public async Task Every_credential_has_connections_of_its_own_and_the_same_one_shares_them()
    {
        await using var network = Network.CreateDefault();
        await using SandboxDeployment sandbox = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                Network = network,
                Users = [new SandboxUser("alice", "a"), new SandboxUser("bob", "b")],
            }
        );
        string uri = sandbox.ConnectionString.Replace("mongodb://", "mongodb://alice:a@");
        await using var set = new UpstreamSet(
            new UpstreamSettings { ConnectionString = ConnectionString.Parse(uri) },
            network,
            new ProxyLimits(),
            new ProxyCounters(),
            TimeProvider.System,
            NullLogger.Instance,
            CancellationToken.None
        );
        set.Start();
        var bob = new Credential { UserName = "bob", Password = "b" };

        Upstream asBob = set.For(bob);

        Assert.Same(asBob, set.For(bob with { }));
        Assert.Same(set.Default, set.For(null));
        Assert.Same(set.Default, set.For(new Credential { UserName = "alice", Password = "a" }));
        Assert.NotSame(set.Default.Sessions, asBob.Sessions);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("alice", await WhoAsync(set.Default));
            Assert.Equal("bob", await WhoAsync(asBob));
        }
    }

    private static async Task<string> WhoAsync(Upstream upstream)
    {
        Server server = await upstream.Deployment.SelectServerAsync(ReadPreference.Primary, write: true);
        BsonDocument reply = await server.RunCommandAsync(
            "admin",
            new BsonDocument { ["connectionStatus"] = 1 },
            TestContext.Current.CancellationToken
        );
        BsonArray users = reply["authInfo"].AsDocument["authenticatedUsers"].AsArray;
        return Assert.Single(users).AsDocument["user"].AsString;
    }
}

using Weir.Conformance.SdamCases;
using Weir.Pooling;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>The prose test of server selection, against the sandbox.</summary>
public class SelectionProseTests
{
    private const string AppName = "loadBalancingTest";
    private const int Tasks = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_router_gets_less_to_do_and_equal_ones_get_the_same()
    {
        await using var upstream = await SandboxUpstream.StartAsync(
            new SandboxOptions
            {
                Members = 2,
                ReplicaSetName = "rs",
                IsRouter = true,
            }
        );
        var slow = upstream.Sandbox.Members[0];
        await upstream.FailAsync(
            slow,
            AppName,
            ["find"],
            new BsonDocument { ["times"] = 10_000 },
            new BsonElement("blockConnection", true),
            new BsonElement("blockTimeMS", 500)
        );
        var hosts = string.Join(',', upstream.Sandbox.Members.Select(m => m.Address));
        var deployment = upstream.Connect(
            $"mongodb://{hosts}/?appName={AppName}&localThresholdMS=30000&maxPoolSize=10&minPoolSize=10"
        );
        await upstream.UntilAsync(() =>
            deployment.Servers.Count == 2 && deployment.Servers.All(s => s.Pool.Statistics.Available == 10)
        );

        Assert.InRange(await ShareOfAsync(deployment, slow, finds: 10), 0, 0.25);

        await upstream.FailAsync(slow, AppName, ["find"], "off");
        Assert.InRange(await ShareOfAsync(deployment, slow, finds: 100), 0.4, 0.6);
    }

    private static async Task<double> ShareOfAsync(Deployment deployment, SandboxMember member, int finds)
    {
        var chosen = 0;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(FindAsync, Token)));
        return chosen / (double)(Tasks * finds);

        async Task FindAsync()
        {
            for (var i = 0; i < finds; i++)
            {
                var server = await deployment.SelectServerAsync(
                    ReadPreference.Primary,
                    write: false,
                    cancellationToken: Token
                );
                if (server.Address.ToString() == member.Address)
                {
                    Interlocked.Increment(ref chosen);
                }
                await server.RunCommandAsync("db", new BsonDocument { ["find"] = "c" }, Token);
            }
        }
    }
}

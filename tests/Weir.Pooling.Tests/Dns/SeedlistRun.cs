using System.Net;
using System.Net.Sockets;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Dns;

/// <summary>A deployment whose seeds come from a scripted DNS in virtual time; its servers are only told of.</summary>
internal sealed class SeedlistRun : IAsyncDisposable
{
    private readonly NowhereNetwork _network = new();
    private readonly VirtualTime _time;

    public SeedlistRun(VirtualTime time, string connectionString, ScriptedResolver resolver)
    {
        _time = time;
        Resolver = resolver;
        Deployment = new Deployment(
            ConnectionString.Parse(connectionString),
            _network,
            new DeploymentOptions
            {
                Time = time.Clock,
                SrvResolver = resolver,
                // Nothing listens: pools are readied and cleared, but not populated.
                Pool = new PoolOptions { MaintenanceInterval = Timeout.InfiniteTimeSpan },
                TopologyEvents = Events.Add,
            }
        );
        Deployment.Seedlist!.Start(_network);
    }

    public ScriptedResolver Resolver { get; }

    public Deployment Deployment { get; }

    public List<TopologyEvent> Events { get; } = [];

    public IEnumerable<string> Problems =>
        Events.OfType<TopologyEvent.SeedlistProblem>().Select(p => p.Problem);

    public string[] Hosts => [.. Deployment.Topology.Servers.Select(s => s.Address.ToString()).Order()];

    public Task PassAsync(double seconds) => _time.Delay(TimeSpan.FromSeconds(seconds));

    /// <summary>Every server says hello.</summary>
    public void AllSay(Func<BsonDocument> hello)
    {
        foreach (var server in Deployment.Servers)
        {
            var reply = hello();
            reply["maxWireVersion"] = 25;
            reply["ok"] = 1;
            Deployment.State.OnChecked(
                server,
                ServerCheck.Answered(server.Address, reply, new RoundTripTimes(), TimeSpan.Zero)
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Deployment.DisposeAsync();
        await _network.DisposeAsync();
    }

    /// <summary>Runs work where it is called, and leads nowhere.</summary>
    private sealed class NowhereNetwork : Network
    {
        public override ValueTask<Channel> ConnectAsync(
            EndPoint endPoint,
            CancellationToken cancellationToken
        ) => throw new ConnectException(endPoint, SocketError.ConnectionRefused, "nobody listens there");

        public override Listener Listen(
            EndPoint endPoint,
            ListenerOptions options,
            Func<Channel, Task> serve
        ) => throw new NotSupportedException();

        public override Task RunAsync(Func<Task> work) => work();

        public override ValueTask DisposeAsync() => default;
    }
}

using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Events;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Conformance.SdamCases;

/// <summary>A sandbox, a deployment that watches it, and everything that was told of topology and pools.</summary>
internal sealed class SandboxUpstream : IAsyncDisposable, IPoolEventSink
{
    private readonly Lock _gate = new();
    private readonly Network _network = Network.CreateDefault();
    private readonly List<string> _told = [];
    private readonly List<Deployment> _deployments = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SandboxUpstream(SandboxDeployment sandbox) => Sandbox = sandbox;

    public SandboxDeployment Sandbox { get; }

    /// <summary>The names of what was told, in order.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_gate)
            {
                return [.. _told];
            }
        }
    }

    public static async Task<SandboxUpstream> StartAsync(SandboxOptions options) =>
        new(await SandboxDeployment.StartAsync(options));

    public static Task<SandboxUpstream> StartReplicaSetAsync() =>
        StartAsync(
            new SandboxOptions
            {
                Members = 3,
                ReplicaSetName = "rs",
                ElectionDelay = Timeout.InfiniteTimeSpan,
            }
        );

    /// <summary>A deployment with what it does told to <see cref="Told"/>.</summary>
    public Deployment Connect(string connectionString)
    {
        var deployment = new Deployment(
            ConnectionString.Parse(connectionString),
            _network,
            new DeploymentOptions { TopologyEvents = e => Tell(e.GetType().Name), PoolEvents = this }
        );
        _deployments.Add(deployment);
        deployment.Start();
        return deployment;
    }

    /// <summary>Sets a fail point for the handshakes of an application with the first member.</summary>
    public Task FailHelloAsync(string appName, BsonValue mode, params BsonElement[] data) =>
        FailAsync(Sandbox.Members[0], appName, ["hello", "isMaster", "ismaster"], mode, data);

    /// <summary>Sets a fail point for commands of an application to a member.</summary>
    public async Task FailAsync(
        SandboxMember member,
        string appName,
        string[] commands,
        BsonValue mode,
        params BsonElement[] data
    )
    {
        var operators = new Deployment(
            ConnectionString.Parse($"mongodb://{member.Address}/?directConnection=true"),
            _network
        );
        await using (operators)
        {
            operators.Start();
            var server = await operators.SelectServerAsync(ReadPreference.Primary, write: true);
            await server.RunCommandAsync(
                "admin",
                new BsonDocument
                {
                    ["configureFailPoint"] = "failCommand",
                    ["mode"] = mode,
                    ["data"] = new BsonDocument([
                        new("failCommands", new BsonArray(commands.Select(c => (BsonValue)c))),
                        new("appName", appName),
                        .. data,
                    ]),
                }
            );
        }
    }

    /// <summary>Waits until what was told, or what is known, is like that.</summary>
    public async Task UntilAsync(Func<bool> what)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }
            if (what())
            {
                return;
            }
            await more.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void OnPoolEvent(in PoolEvent poolEvent) => Tell(poolEvent.Kind.ToString());

    public async ValueTask DisposeAsync()
    {
        foreach (var deployment in _deployments)
        {
            await deployment.DisposeAsync();
        }
        await Sandbox.DisposeAsync();
        await _network.DisposeAsync();
    }

    private void Tell(string what)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _told.Add(what);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        more.SetResult();
    }
}

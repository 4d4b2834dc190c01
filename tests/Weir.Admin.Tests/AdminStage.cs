using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Admin.Metrics;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Proxy.Metrics;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Admin.Tests;

/// <summary>A sandbox, a proxy in front of it and an admin server beside that, over loopback.</summary>
internal sealed class AdminStage : IAsyncDisposable
{
    private readonly Network _network = Network.CreateDefault();
    private readonly ProxyMetrics _metrics = new();
    private readonly List<Deployment> _clients = [];

    private AdminStage(SandboxDeployment sandbox, MetricCollector collector)
    {
        Sandbox = sandbox;
        Collector = collector;
    }

    public SandboxDeployment Sandbox { get; private set; }

    public MetricCollector Collector { get; private set; }

    public ProxyServer Proxy { get; private set; } = null!;

    public AdminServer Admin { get; private set; } = null!;

    public HttpClient Http { get; } = new();

    public static async Task<AdminStage> StartAsync(
        SandboxOptions? sandboxOptions = null,
        string options = "maxPoolSize=4",
        string? token = null,
        int port = 0
    )
    {
        var sandbox = await SandboxDeployment.StartAsync(sandboxOptions ?? new SandboxOptions());
        var stage = new AdminStage(sandbox, null!);
        stage.Collector = new MetricCollector(
            [stage._metrics.Meter, stage._metrics.Pools.Meter],
            ["System.Runtime"],
            stage._metrics.Durations
        );
        var separator = sandbox.ConnectionString.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        stage.Proxy = new ProxyServer(
            new ProxyOptions
            {
                Listeners =
                [
                    new ListenerSettings
                    {
                        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
                        Upstream = "main",
                    },
                ],
                Upstreams =
                [
                    new UpstreamSettings
                    {
                        Name = "main",
                        ConnectionString = ConnectionString.Parse(
                            sandbox.ConnectionString + separator + options
                        ),
                    },
                ],
                Metrics = stage._metrics,
            },
            stage._network
        );
        await stage.Proxy.StartAsync();
        await stage.Proxy.Deployments["main"].SelectServerAsync(ReadPreference.Nearest, write: false);
        stage.Admin = new AdminServer(
            new AdminSettings { EndPoint = new IPEndPoint(IPAddress.Loopback, port), Token = token },
            stage.Proxy,
            stage.Collector,
            NullLoggerFactory.Instance
        );
        await stage.Admin.StartAsync();
        stage.Http.BaseAddress = stage.Admin.Address;
        return stage;
    }

    /// <summary>A client of the proxy, with a pool of its own.</summary>
    public async Task<Server> ConnectAsync(string application = "tester", int connections = 1)
    {
        var deployment = new Deployment(
            ConnectionString.Parse(
                $"mongodb://{Proxy.EndPoints[0]}/?appName={application}&maxPoolSize={connections}&minPoolSize=0"
            ),
            _network,
            new DeploymentOptions { Pool = new PoolOptions() }
        );
        _clients.Add(deployment);
        deployment.Start();
        return await deployment.SelectServerAsync(ReadPreference.Primary, write: true);
    }

    public async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(
            await Http.GetStringAsync(
                new Uri("/api/v1/" + path, UriKind.Relative),
                TestContext.Current.CancellationToken
            )
        )!;

    public Task<HttpResponseMessage> PostAsync(string path) =>
        Http.PostAsync(
            new Uri("/api/v1/" + path, UriKind.Relative),
            null,
            TestContext.Current.CancellationToken
        );

    public static Task<BsonDocument> PingAsync(Server server) =>
        server
            .RunCommandAsync("app", new BsonDocument("ping", 1), TestContext.Current.CancellationToken)
            .AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        Http.Dispose();
        await Admin.DisposeAsync();
        await Proxy.DisposeAsync();
        await Sandbox.DisposeAsync();
        Collector.Dispose();
        _metrics.Dispose();
        await _network.DisposeAsync();
    }
}

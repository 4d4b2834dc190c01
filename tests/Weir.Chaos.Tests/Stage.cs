using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Chaos.Tests.Wire;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Chaos.Tests;

/// <summary>A sandbox, Weir in front of it and clients, all in this process and over loopback on event loops.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const int MaxPoolSize = 5;

    /// <summary>Weir's own connections to a member beside the pool: one that listens, one that measures.</summary>
    public const int Monitors = 2;

    private readonly Network _sandboxNetwork = LoopNetwork.Create(1);
    private readonly Network _proxyNetwork;
    private SandboxDeployment? _sandbox;
    private ProxyServer? _proxy;

    private Stage(int loops = 2) => _proxyNetwork = LoopNetwork.Create(loops);

    /// <summary>Where the clients' sockets come from; its one loop is the clients' thread.</summary>
    public Network Clients { get; } = LoopNetwork.Create(1);

    public LogLines Log { get; } = new();

    public ProxyServer Proxy => _proxy!;

    public SandboxDeployment Sandbox => _sandbox!;

    public bool IsReplicaSet => Sandbox.Members.Count > 1;

    public EndPoint Door => Proxy.EndPoints[0];

    public IReadOnlyList<string> Warnings => Log.From(LogLevel.Warning);

    /// <summary>Starts a sandbox and Weir in front of it.</summary>
    public static async Task<Stage> StartAsync(
        int members = 1,
        string options = "",
        ProxyLimits? limits = null,
        Func<ListenerSettings, ListenerSettings>? listener = null,
        PoolOptions? pool = null,
        TimeSpan latency = default,
        int loops = 2,
        TimeProvider? serverTime = null,
        Func<ProxyOptions, ProxyOptions>? proxy = null
    )
    {
        var stage = new Stage(loops);
        try
        {
            stage._sandbox = await SandboxDeployment.StartAsync(
                new SandboxOptions
                {
                    Members = members,
                    ReplicaSetName = members > 1 ? "rs" : null,
                    Network = stage._sandboxNetwork,
                    Latency = latency,
                    TimeProvider = serverTime ?? TimeProvider.System,
                    ElectionDelay = TimeSpan.FromMilliseconds(100),
                    // Longer than any run: what ends here is ended by Weir.
                    TransactionLifetime = TimeSpan.FromHours(1),
                }
            );
            await stage.StartProxyAsync(
                WithOptions(stage.Sandbox.ConnectionString, options),
                limits,
                listener,
                pool,
                proxy
            );
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts Weir in front of anything, which may not be there.</summary>
    public static async Task<Stage> StartBeforeAsync(
        string connectionString,
        ProxyLimits? limits = null,
        PoolOptions? pool = null
    )
    {
        var stage = new Stage();
        await stage.StartProxyAsync(connectionString, limits, null, pool);
        return stage;
    }

    public async Task<WireClient> ConnectAsync(bool hello = true)
    {
        WireClient client = await WireClient.ConnectAsync(Clients, Door);
        if (hello)
            Assert.Equal(1.0, (await client.RunAsync(new() { ["hello"] = 1 }))["ok"].ToDouble());
        return client;
    }

    /// <summary>Runs <paramref name="work"/> while Weir's loop (there must be one only) sees nothing of it.</summary>
    public async Task WhileWeirStandsStillAsync(Func<Task> work)
    {
        using var goOn = new ManualResetEventSlim();
        var stands = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task still = _proxyNetwork.RunAsync(() =>
        {
            stands.SetResult();
            goOn.Wait(Eventually.Patience);
            return Task.CompletedTask;
        });
        await stands.Task;
        try
        {
            await work();
        }
        finally
        {
            goOn.Set();
            await still;
        }
    }

    /// <summary>Past Weir, straight to a member.</summary>
    public Task<WireClient> ConnectDirectlyAsync(SandboxMember member) =>
        WireClient.ConnectAsync(Clients, member.EndPoint);

    /// <summary>Sets the fail point failCommand on a member, past Weir.</summary>
    public async Task FailCommandAsync(BsonDocument data, BsonValue mode, SandboxMember? member = null)
    {
        await using WireClient direct = await ConnectDirectlyAsync(member ?? Sandbox.Primary!);
        BsonDocument reply = await direct.RunAsync(FailCommand(data, mode));
        Assert.Equal(1.0, reply["ok"].ToDouble());
    }

    public static BsonDocument FailCommand(BsonDocument data, BsonValue mode) =>
        new()
        {
            ["configureFailPoint"] = "failCommand",
            ["mode"] = mode,
            ["data"] = data,
            ["$db"] = "admin",
        };

    /// <summary>Connections that the pools have, over all servers.</summary>
    public PoolStatistics PoolOf(SandboxMember member) =>
        Proxy
            .Deployments[UpstreamSettings.DefaultName]
            .FindServer(ServerAddress.Parse(member.Address))!
            .Pool.Statistics;

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        if (_sandbox is not null)
            await _sandbox.DisposeAsync();
        await Clients.DisposeAsync();
        await _proxyNetwork.DisposeAsync();
        await _sandboxNetwork.DisposeAsync();
    }

    private static string WithOptions(string connectionString, string options)
    {
        string separator = connectionString.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        return $"{connectionString}{separator}maxPoolSize={MaxPoolSize}&{options}".TrimEnd('&');
    }

    private async Task StartProxyAsync(
        string connectionString,
        ProxyLimits? limits,
        Func<ListenerSettings, ListenerSettings>? listener,
        PoolOptions? pool,
        Func<ProxyOptions, ProxyOptions>? proxy = null
    )
    {
        var settings = new ListenerSettings { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var options = new ProxyOptions
        {
            Listeners = [listener?.Invoke(settings) ?? settings],
            Upstreams =
            [
                new UpstreamSettings
                {
                    ConnectionString = ConnectionString.Parse(connectionString),
                    Options = new DeploymentOptions { Pool = pool ?? new PoolOptions() },
                },
            ],
            Limits = limits ?? new ProxyLimits(),
        };
        _proxy = new ProxyServer(proxy?.Invoke(options) ?? options, _proxyNetwork, Log);
        await _proxy.StartAsync();
    }
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Proxy.ClientAuthentication;
using Weir.Transport;

namespace Weir.Proxy.Tests.Scripted;

/// <summary>A proxy in front of scripted servers, all inside this process and without sockets.</summary>
internal sealed class ProxyStage : IAsyncDisposable, ILoggerFactory, ILogger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly EndPoint Door = new DnsEndPoint("weir", 27018);

    private readonly List<ScriptedServer> _servers = [];
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _log = new();
    private ProxyServer? _proxy;

    public MemoryNetwork Network { get; } = new();

    public ProxyServer Proxy => _proxy!;

    public ScriptedServer Server => _servers[0];

    /// <summary>Lines of at least that level that were logged so far.</summary>
    public IReadOnlyList<string> Logged(LogLevel level) =>
        [.. _log.Where(l => l.Level >= level).Select(l => l.Text)];

    public static async Task<ProxyStage> StartAsync(
        Func<ScriptedRequest, Task> answer,
        string options = "",
        Func<ListenerSettings, ListenerSettings>? listener = null,
        ProxyLimits? limits = null,
        DeploymentOptions? deployment = null,
        ClientUsers? users = null,
        Func<UpstreamSettings, UpstreamSettings>? upstream = null,
        TimeProvider? time = null,
        Func<ProxyOptions, ProxyOptions>? proxy = null
    )
    {
        var stage = new ProxyStage();
        stage._servers.Add(new ScriptedServer(stage.Network, "server", answer));
        await stage.StartProxyAsync(
            $"mongodb://server/?replicaSet=rs&minPoolSize=0&{options}",
            listener,
            limits,
            deployment,
            users,
            upstream,
            time,
            proxy
        );
        return stage;
    }

    /// <summary>In front of two routers of a sharded cluster, "one" and "two".</summary>
    public static async Task<ProxyStage> StartShardedAsync(Func<ScriptedRequest, Task> answer)
    {
        var stage = new ProxyStage();
        foreach (string host in new[] { "one", "two" })
        {
            stage._servers.Add(
                new ScriptedServer(stage.Network, host, answer)
                {
                    Hello = new() { ["isWritablePrimary"] = true, ["msg"] = "isdbgrid" },
                }
            );
        }
        await stage.StartProxyAsync(
            "mongodb://one,two/?minPoolSize=0&localThresholdMS=10000&heartbeatFrequencyMS=500"
        );
        return stage;
    }

    /// <summary>Waits until both routers of a sharded cluster are known.</summary>
    public Task WaitForRoutersAsync() =>
        UntilAsync(
            () =>
                Proxy.ListUpstreams()[0].Servers is { Count: 2 } servers
                && servers.All(server => server.Type == ServerType.Mongos),
            "both routers are known"
        );

    public IReadOnlyList<ScriptedServer> Servers => _servers;

    public async Task StartProxyAsync(
        string connectionString,
        Func<ListenerSettings, ListenerSettings>? listener = null,
        ProxyLimits? limits = null,
        DeploymentOptions? deployment = null,
        ClientUsers? users = null,
        Func<UpstreamSettings, UpstreamSettings>? upstream = null,
        TimeProvider? time = null,
        Func<ProxyOptions, ProxyOptions>? proxy = null
    )
    {
        var settings = new ListenerSettings { EndPoint = Door, Authenticates = users is not null };
        var behind = new UpstreamSettings
        {
            ConnectionString = ConnectionString.Parse(connectionString.TrimEnd('&')),
            Options = deployment ?? new DeploymentOptions(),
        };
        var whole = new ProxyOptions
        {
            Listeners = [listener?.Invoke(settings) ?? settings],
            Upstreams = [upstream?.Invoke(behind) ?? behind],
            Limits = limits ?? new ProxyLimits(),
            Users = users ?? ClientUsers.None,
        };
        _proxy = new ProxyServer(proxy?.Invoke(whole) ?? whole, Network, this, time);
        await _proxy.StartAsync();
    }

    /// <summary>Connects to the listener, or to another one that a test has added.</summary>
    public async Task<RawClient> ConnectAsync(EndPoint? door = null) =>
        new(await Network.ConnectAsync(door ?? Door, CancellationToken.None));

    /// <summary>Waits until something has become true, without looking at a clock more than needed.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < (patience ?? Patience),
                $"in vain waited until {what}"
            );
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        foreach (ScriptedServer server in _servers)
            await server.DisposeAsync();
        await Network.DisposeAsync();
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) { }

    void IDisposable.Dispose() { }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _log.Enqueue((logLevel, formatter(state, exception) + exception));
}

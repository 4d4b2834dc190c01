using Microsoft.Extensions.Logging;
using Weir.Pooling;
using Weir.Proxy.Administration;
using Weir.Proxy.Metrics;

namespace Weir.Proxy;

/// <summary>What Weir shows of itself, and what happened.</summary>
public sealed partial class ProxyServer
{
    /// <summary>All that is shown and can be done, the proxy's own and what other parts add.</summary>
    public AdminDesk Administration { get; } = new();

    /// <summary>What happened to servers and pools, and what somebody did.</summary>
    public EventLog Events { get; }

    /// <summary>The exchanges that took long.</summary>
    public SlowExchanges SlowExchanges { get; }

    /// <summary>Whether it takes no more clients because it is about to end.</summary>
    public bool IsDraining => Volatile.Read(ref _closed) != 0;

    /// <summary>The deployments of one upstream, under every credential.</summary>
    internal IEnumerable<Deployment> AllDeployments(string upstream) =>
        _upstreams[upstream].All.Select(u => u.Deployment);

    /// <summary>An upstream whose pools are measured and whose events are told, unless its owner listens itself.</summary>
    private UpstreamSettings Watched(UpstreamSettings settings, ILogger logger)
    {
        var events = new UpstreamEvents(settings.Name, Events, logger);
        return settings with
        {
            Options = settings.Options with
            {
                Name = settings.Name,
                Metrics = settings.Options.Metrics ?? _options.Metrics?.Pools,
                PoolEvents = settings.Options.PoolEvents ?? events,
                TopologyEvents = settings.Options.TopologyEvents ?? events.OnTopologyEvent,
            },
        };
    }
}

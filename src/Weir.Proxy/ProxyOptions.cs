using Weir.Proxy.Metrics;

namespace Weir.Proxy;

/// <summary>Everything a <see cref="ProxyServer"/> is made from.</summary>
public sealed record ProxyOptions
{
    /// <summary>Where clients connect; at least one.</summary>
    public IReadOnlyList<ListenerSettings> Listeners { get; init; } = [];

    /// <summary>The deployments behind, each under a name of its own; at least one.</summary>
    public IReadOnlyList<UpstreamSettings> Upstreams { get; init; } = [];

    /// <summary>Bounds on everything that clients could make grow.</summary>
    public ProxyLimits Limits { get; init; } = new();

    /// <summary>Measures it; one for one proxy. <see langword="null"/>: nobody does.</summary>
    public ProxyMetrics? Metrics { get; init; }

    /// <summary>Every mistake in the options, each with the path of the option; empty when there is none.</summary>
    public IReadOnlyList<string> Validate() => [.. ProxyOptionsValidator.Errors(this)];
}

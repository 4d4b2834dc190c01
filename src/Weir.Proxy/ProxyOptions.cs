using Weir.Pooling.Authentication;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Metrics;

namespace Weir.Proxy;

/// <summary>Everything a <see cref="ProxyServer"/> is made from.</summary>
public sealed record ProxyOptions
{
    /// <summary>Where clients connect; at least one.</summary>
    public IReadOnlyList<ListenerSettings> Listeners { get; init; } = [];

    /// <summary>The deployments behind, each under a name of its own; at least one.</summary>
    public IReadOnlyList<UpstreamSettings> Upstreams { get; init; } = [];

    /// <summary>Who may log in to the listeners that authenticate their clients.</summary>
    public ClientUsers Users { get; init; } = ClientUsers.None;

    /// <summary>What one user may take, over all listeners; default no limits.</summary>
    public ClientLimits PerUser { get; init; } = ClientLimits.None;

    /// <summary>
    /// Credentials by which users' requests go upstream in place of the connection string's own, by the names that
    /// <see cref="UserSettings.UpstreamCredential"/> has.
    /// </summary>
    public IReadOnlyDictionary<string, Credential> UpstreamCredentials { get; init; } =
        new Dictionary<string, Credential>();

    /// <summary>Bounds on everything that clients could make grow.</summary>
    public ProxyLimits Limits { get; init; } = new();

    /// <summary>Measures it; one for one proxy. <see langword="null"/>: nobody does.</summary>
    public ProxyMetrics? Metrics { get; init; }

    /// <summary>
    /// The share of exchanges that <see cref="ProxyTraces"/> has spans of, 0 to 1, while anybody listens; its listeners
    /// sample these. A span that only a sampler drops has been made all the same.
    /// </summary>
    public double TraceRatio { get; init; } = 1;

    /// <summary>Every mistake in the options, each with the path of the option; empty when there is none.</summary>
    public IReadOnlyList<string> Validate() => [.. ProxyOptionsValidator.Errors(this)];
}

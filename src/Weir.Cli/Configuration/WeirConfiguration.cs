using Weir.Proxy;

namespace Weir.Cli.Configuration;

/// <summary>What <c>weir serve</c> is told: by <c>weir.json</c>, the environment and the command line.</summary>
/// <param name="Proxy">Listeners, upstreams, limits.</param>
/// <param name="Drain">How long a drain waits for exchanges under way before it aborts them.</param>
internal sealed record WeirConfiguration(ProxyOptions Proxy, TimeSpan Drain)
{
    public static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(30);
}

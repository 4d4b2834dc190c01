using Weir.Admin;
using Weir.Proxy;

namespace Weir.Cli.Configuration;

/// <summary>What <c>weir serve</c> is told: by <c>weir.json</c>, the environment and the command line.</summary>
/// <param name="Proxy">Listeners, upstreams, limits.</param>
/// <param name="Drain">How long a drain waits for exchanges under way before it aborts them.</param>
/// <param name="Admin">The admin server; null: there is none.</param>
/// <param name="Telemetry">What Weir tells of itself without being asked.</param>
internal sealed record WeirConfiguration(
    ProxyOptions Proxy,
    TimeSpan Drain,
    AdminSettings? Admin,
    TelemetrySettings Telemetry
)
{
    /// <summary>Whether anybody may ask for metrics.</summary>
    public bool WantsMetrics => Admin is not null || Telemetry.Otlp is not null;

    /// <summary>The file, where it has the section <c>sync</c>, which is <c>weir sync</c>'s to read.</summary>
    public string? SyncFile { get; init; }

    public static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(30);
}

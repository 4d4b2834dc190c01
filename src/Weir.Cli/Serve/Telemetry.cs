using Microsoft.Extensions.Logging;
using Weir.Cli.Configuration;
using Weir.Proxy;
using Weir.Proxy.Metrics;

namespace Weir.Cli.Serve;

/// <summary>What Weir tells of itself without being asked, as its settings say at the time. Thread-safe.</summary>
internal sealed class Telemetry(ProxyServer proxy, ILoggerFactory loggers) : IDisposable
{
    private readonly Lock _lock = new();
    private ConnectionReport? _report;

    public void Apply(TelemetrySettings settings)
    {
        proxy.SlowExchanges.Threshold = settings.Slow;
        lock (_lock)
        {
            _report?.Dispose();
            _report =
                settings.ConnectionLog > TimeSpan.Zero
                    ? new ConnectionReport(proxy, loggers, settings.ConnectionLog)
                    : null;
        }
    }

    public void Dispose() => _report?.Dispose();
}

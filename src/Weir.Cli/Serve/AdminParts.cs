using Microsoft.Extensions.Logging;
using Weir.Admin;
using Weir.Admin.Metrics;
using Weir.Cli.Configuration;
using Weir.Proxy;
using Weir.Proxy.Metrics;

namespace Weir.Cli.Serve;

/// <summary>
/// The admin server and the export of metrics and traces, where they are asked for. Nothing of theirs is loaded where they are
/// not.
/// </summary>
internal sealed class AdminParts : IAsyncDisposable
{
    private readonly OtlpExport? _export;
    private readonly MetricCollector? _collector;
    private readonly AdminServer? _server;

    private AdminParts(OtlpExport? export, MetricCollector? collector, AdminServer? server)
    {
        _export = export;
        _collector = collector;
        _server = server;
    }

    /// <exception cref="IOException">The admin server cannot listen.</exception>
    public static async Task<AdminParts> StartAsync(
        WeirConfiguration configuration,
        ProxyServer proxy,
        ProxyMetrics metrics,
        ILoggerFactory loggers
    )
    {
        var export = configuration.Telemetry.Otlp is { } otlp ? new OtlpExport(otlp) : null;
        if (configuration.Admin is not { } settings)
        {
            return new AdminParts(export, null, null);
        }

        var collector = new MetricCollector(
            [metrics.Meter, metrics.Pools.Meter],
            ["System.Runtime"],
            metrics.Durations
        );
        var server = new AdminServer(settings, proxy, collector, loggers);
        var parts = new AdminParts(export, collector, server);
        try
        {
            await server.StartAsync();
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }

        Console.Out.WriteLine(
            $"dashboard and admin API on {server.Address?.ToString() ?? $"{settings.EndPoint}"}"
        );
        return parts;
    }

    public void ChangeToken(string? token) => _server?.ChangeToken(token);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _collector?.Dispose();
        _export?.Dispose();
    }
}

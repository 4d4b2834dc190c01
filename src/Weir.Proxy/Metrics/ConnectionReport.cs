using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Proxy.Snapshots;

namespace Weir.Proxy.Metrics;

/// <summary>
/// Writes a line to the log every so often: how many clients there are, how many connections, and what was done since
/// the last line. Disposing ends it.
/// </summary>
public sealed partial class ConnectionReport : IDisposable
{
    private readonly ProxyServer _proxy;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private ProxyStatistics _last;
    private long _created;
    private long _closed;
    private long _at;

    /// <summary>Begins; the first line comes after the first interval.</summary>
    public ConnectionReport(
        ProxyServer proxy,
        ILoggerFactory loggers,
        TimeSpan interval,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(proxy);
        _proxy = proxy;
        _logger = loggers.CreateLogger("Weir.Connections");
        _time = time ?? TimeProvider.System;
        _at = _time.GetTimestamp();
        _last = proxy.Statistics;
        _timer = _time.CreateTimer(
            static report => ((ConnectionReport)report!).Tell(),
            this,
            interval,
            interval
        );
    }

    /// <summary>Writes no more lines.</summary>
    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        ProxyStatistics now = _proxy.Statistics;
        ServerSnapshot[] servers = [.. _proxy.ListUpstreams().SelectMany(u => u.Servers)];
        long created = servers.Sum(s => s.Pool.Created);
        long closed = servers.Sum(s => s.Pool.Closed);
        double seconds = Math.Max(0.001, _time.GetElapsedTime(_at).TotalSeconds);
        LogConnections(
            _logger,
            now.Clients,
            servers.Sum(s => s.Pool.Total),
            servers.Sum(s => s.Pool.Waiting),
            created - _created,
            closed - _closed,
            Math.Round((now.Exchanges - _last.Exchanges) / seconds, 1),
            now.Errors - _last.Errors,
            Pools(servers)
        );
        _last = now;
        _created = created;
        _closed = closed;
        _at = _time.GetTimestamp();
    }

    private static string Pools(IEnumerable<ServerSnapshot> servers)
    {
        var text = new StringBuilder();
        foreach (ServerSnapshot server in servers)
        {
            string most = server.MaxPoolSize == 0 ? "no limit" : $"at most {server.MaxPoolSize}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"; {server.Address} {server.Pool.InUse} in use, {server.Pool.Available} idle, {server.Pool.Pending} connecting, {most}"
            );
        }
        return text.ToString();
    }

    [LoggerMessage(
        50,
        LogLevel.Information,
        "{Clients} clients, {Connections} connections, {Waiting} waiting; {Created} connections opened and {Closed} closed, {PerSecond} exchanges/s, {Errors} errors since the last line{Pools}"
    )]
    private static partial void LogConnections(
        ILogger logger,
        int clients,
        int connections,
        int waiting,
        long created,
        long closed,
        double perSecond,
        long errors,
        string pools
    );
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Admin.Metrics;
using Weir.Hosting.Listeners;
using Weir.Pooling.Destinations;

namespace Weir.Admin;

/// <summary>An <see cref="AdminServer"/> that starts and stops with its host.</summary>
public sealed class HostedAdmin(
    AdminSettings settings,
    IEnumerable<WeirListener> listeners,
    DestinationRegistry destinations,
    ILoggerFactory loggers,
    TimeProvider time
) : IHostedService, IAsyncDisposable
{
    private MetricCollector? _metrics;
    private AdminServer? _server;

    /// <summary>Where it listens, once it has started.</summary>
    public Uri? Address => _server?.Address;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="InvalidOperationException">There is no listener, or it has not started yet.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var listener =
            listeners.FirstOrDefault()
            ?? throw new InvalidOperationException(
                "the admin server shows a listener's pools, and there is none: call AddWeirListener before AddWeirAdmin"
            );
        _metrics = new MetricCollector([destinations.Meter], ["System.Runtime"]);
        _server = new AdminServer(settings, listener.Proxy, _metrics, loggers, time);
        await _server.StartAsync(cancellationToken);
    }

    /// <summary>Listens no more.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <summary>The same.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
        Interlocked.Exchange(ref _metrics, null)?.Dispose();
    }
}

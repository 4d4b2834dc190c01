using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Hosting.Workers;
using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Proxy;
using Weir.Transport;

namespace Weir.Hosting.Listeners;

/// <summary>
/// Lets any driver in this process use a destination's pools: the pooler on a unix socket. Starts and stops with the
/// host, and holds a lease meanwhile; when other pools take the place of those, it goes over to them.
/// </summary>
public sealed class WeirListener : IHostedService, IAsyncDisposable
{
    private readonly WeirListenerOptions _options;
    private readonly IDestinations _destinations;
    private readonly Network _network;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly IWorkers? _workers;
    private readonly string _path;
    private DestinationLease? _lease;
    private volatile Deployment? _last;
    private ProxyServer? _proxy;

    /// <summary>Prepares it; nothing listens yet.</summary>
    public WeirListener(
        WeirListenerOptions options,
        IDestinations destinations,
        Network network,
        ILoggerFactory loggers,
        TimeProvider time,
        IWorkers? workers = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _destinations = destinations;
        _network = network;
        _loggers = loggers;
        _time = time;
        _workers = workers;
        _path =
            options.Path
            ?? Path.Combine(
                Path.GetTempPath(),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"weir-{Environment.ProcessId}-{options.Destination}.sock"
                )
            );
    }

    /// <summary>The destination behind it.</summary>
    public string Destination => _options.Destination;

    /// <summary>What to give to a driver. Its pool may be as large as it likes: the destination's pools are the cap.</summary>
    public string ConnectionString => $"mongodb://{Uri.EscapeDataString(_path)}/";

    /// <summary>The pooler, for an admin server; its tables have this process's destinations and workers.</summary>
    /// <exception cref="InvalidOperationException">It has not started yet.</exception>
    public ProxyServer Proxy =>
        _proxy
        ?? throw new InvalidOperationException($"the listener for \"{Destination}\" has not started yet");

    /// <summary>Leases the destination and listens.</summary>
    /// <exception cref="DestinationException">The destination cannot be leased.</exception>
    /// <exception cref="ListenException">The path cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lease = await _destinations.LeaseAsync(_options.Destination, cancellationToken);
        var deployment = _lease.Deployment;
        _proxy = new ProxyServer(
            new ProxyOptions
            {
                Listeners = [new ListenerSettings { EndPoint = new UnixDomainSocketEndPoint(_path) }],
                Upstreams =
                [
                    new UpstreamSettings { ConnectionString = deployment.ConnectionString, Shared = Present },
                ],
            },
            _network,
            _loggers,
            _time
        );
        HostTables.AddTo(_proxy.Administration, _destinations, _workers);
        await _proxy.StartAsync(cancellationToken);
    }

    /// <summary>Lets exchanges that are under way finish, and gives the lease back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_proxy is not null)
        {
            await _proxy.DrainAsync(_options.DrainTimeout);
        }
        if (_lease is { } lease)
        {
            _last = lease.Deployment;
            await lease.DisposeAsync();
        }
    }

    /// <summary>Ends at once what a stop has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    // What was there last may still be looked at when the lease is over.
    private Deployment Present() => _last ?? _lease!.Deployment;
}

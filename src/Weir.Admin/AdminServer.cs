using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Admin.Feeds;
using Weir.Admin.Http;
using Weir.Admin.Metrics;
using Weir.Proxy;

namespace Weir.Admin;

/// <summary>
/// Weir's window: the dashboard, the admin API, metrics and health, over HTTP/1.1. Thread-safe.
/// </summary>
public sealed class AdminServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly LevelHistory _history;
    private readonly LiveFeed _feed;
    private readonly AdminApplication _application;

    /// <summary>Prepares it; no I/O.</summary>
    /// <param name="settings">Where it listens, and for whom.</param>
    /// <param name="proxy">What it shows, and does things to.</param>
    /// <param name="metrics">What <c>/metrics</c> tells; stays the caller's.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The settings have a mistake.</exception>
    public AdminServer(
        AdminSettings settings,
        ProxyServer proxy,
        MetricCollector metrics,
        ILoggerFactory loggers,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Validate() is { } mistake)
        {
            throw new ArgumentException(mistake, nameof(settings));
        }

        time ??= TimeProvider.System;
        _history = new LevelHistory(proxy, metrics, time);
        _feed = new LiveFeed(proxy, _history);
        Gate = new TokenGate(settings);
        _application = new AdminApplication(
            new RouteTable(AdminRoutes.Create(proxy, metrics, _history, _feed, Gate), proxy.Administration),
            Gate,
            loggers.CreateLogger("Weir.Admin")
        );
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 64 * 1024;
        options.Limits.MaxConcurrentConnections = 200;
        options.Listen(settings.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        _kestrel = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers),
            // What Kestrel says of its connections is of no interest beside what Weir says of its own.
            new QuietLoggers(loggers)
        );
        Settings = settings;
    }

    /// <summary>What it was made from.</summary>
    public AdminSettings Settings { get; }

    /// <summary>Lets in who shows the token.</summary>
    internal TokenGate Gate { get; }

    /// <summary>Where it listens, once it has started: "http://127.0.0.1:27080/".</summary>
    public Uri? Address { get; private set; }

    /// <summary>Begins to listen, and to keep the level's history.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _kestrel.StartAsync(_application, cancellationToken);
        var addresses =
            _kestrel.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>();
        var address = addresses!.Addresses.First();
        Address = Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null;
        _history.Start();
    }

    /// <summary>Another token from now on.</summary>
    public void ChangeToken(string? token) => Gate.Change(token);

    /// <summary>Ends what is open, and listens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _feed.Dispose();
        _history.Dispose();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _kestrel.StopAsync(deadline.Token);
        _kestrel.Dispose();
    }
}

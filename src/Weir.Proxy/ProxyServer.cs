using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Pooling;
using Weir.Pooling.Authentication;
using Weir.Proxy.Administration;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Hello;
using Weir.Proxy.Limits;
using Weir.Proxy.Metrics;
using Weir.Proxy.Routing;
using Weir.Transport;

namespace Weir.Proxy;

/// <summary>
/// The pooler: clients on its listeners share the pools of the deployments behind. Thread-safe.
/// </summary>
/// <remarks>
/// It starts whether or not the deployments are there: a client's hello is answered, and its requests wait up to
/// <c>serverSelectionTimeoutMS</c> for a server.
/// </remarks>
public sealed partial class ProxyServer : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);
    private const int SweepsPerTidying = 100;
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(2);

    private readonly ProxyOptions _options;
    private readonly Network _network;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ILogger _clientLogger;
    private readonly ProxyCounters _counters = new();
    private readonly ClientRegistry _clients = new();
    private readonly ByteBudget _budget;
    private readonly Logins _logins;
    private readonly QuotaTable _userQuotas;
    private readonly Dictionary<string, UpstreamSet> _upstreams = new(StringComparer.Ordinal);
    private readonly List<Listener> _listeners = [];
    private readonly List<(EndPoint EndPoint, Reception Reception)> _receptions = [];
    private readonly List<Reaper> _reapers = [];
    private readonly CancellationTokenSource _ending = new();
    private ITimer? _sweep;
    private int _closed;
    private int _sweeps;

    /// <summary>Prepares it; no I/O.</summary>
    /// <param name="options">What it listens on and what is behind.</param>
    /// <param name="network">Where its sockets come from; stays the caller's.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The options have mistakes; the message names them all.</exception>
    /// <exception cref="ConfigurationException">A connection string asks for what cannot be done.</exception>
    public ProxyServer(
        ProxyOptions options,
        Network network,
        ILoggerFactory? loggers = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(network);
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        loggers ??= NullLoggerFactory.Instance;
        _options = options;
        _network = network;
        _time = time ?? TimeProvider.System;
        _logger = loggers.CreateLogger("Weir.Proxy");
        _clientLogger = loggers.CreateLogger("Weir.Proxy.Clients");
        _budget = new ByteBudget(options.Limits.BufferedBytes);
        Events = new EventLog(_time);
        SlowExchanges = new SlowExchanges(_time);
        ProxyTables.AddTo(Administration, this);
        ProxyActions.AddTo(Administration, this);
        options.Metrics?.Observe(this);
        ILogger upstreamLogger = loggers.CreateLogger("Weir.Proxy.Upstreams");
        _logins = new Logins(options.Users, options.UpstreamCredentials, _time);
        _userQuotas = new QuotaTable("the user", options.PerUser, _time);
        foreach (UpstreamSettings settings in options.Upstreams.Select(s => Watched(s, upstreamLogger)))
        {
            _upstreams[settings.Name] = new UpstreamSet(
                settings,
                network,
                options.Limits,
                _counters,
                _time,
                _logger,
                _ending.Token
            );
        }
    }

    /// <summary>The addresses it listens on, in the order of the options, once it has started.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _listeners.Select(l => l.LocalEndPoint)];

    /// <summary>The deployments behind, by the names of the options, as the connection strings' credentials see them.</summary>
    public IReadOnlyDictionary<string, Deployment> Deployments =>
        _upstreams.ToDictionary(u => u.Key, u => u.Value.Default.Deployment, StringComparer.Ordinal);

    /// <summary>What it does and has done.</summary>
    public ProxyStatistics Statistics =>
        new()
        {
            Clients = Volatile.Read(ref _counters.Clients),
            ClientsTotal = Interlocked.Read(ref _counters.ClientsTotal),
            ClientsBroken = Interlocked.Read(ref _counters.ClientsBroken),
            ClientsRefused = Interlocked.Read(ref _counters.ClientsRefused),
            RequestsLimited = Interlocked.Read(ref _counters.RequestsLimited),
            TlsHandshakes = Interlocked.Read(ref _counters.TlsHandshakes),
            TlsFailed = Interlocked.Read(ref _counters.TlsFailed),
            Logins = Interlocked.Read(ref _counters.Logins),
            LoginsFailed = Interlocked.Read(ref _counters.LoginsFailed),
            LoginsHeld = _logins.Throttle.Held,
            Exchanges = Interlocked.Read(ref _counters.Exchanges),
            LocalAnswers = Interlocked.Read(ref _counters.LocalAnswers),
            Retries = Interlocked.Read(ref _counters.Retries),
            StreamedReplies = Interlocked.Read(ref _counters.StreamedReplies),
            Errors = Interlocked.Read(ref _counters.Errors),
            SelectionErrors = Interlocked.Read(ref _counters.SelectionErrors),
            CheckOutTimeouts = Interlocked.Read(ref _counters.CheckOutTimeouts),
            Overloads = Interlocked.Read(ref _counters.Overloads),
            LostServers = Interlocked.Read(ref _counters.LostServers),
            Abandoned = Interlocked.Read(ref _counters.Abandoned),
            BufferedBytes = _budget.Used,
            WaitingForBytes = _budget.Waiting,
            Cursors = Upstreams.Sum(u => u.Cursors.Count),
            Transactions = Upstreams.Sum(u => u.Transactions.Count),
        };

    /// <summary>
    /// Changes who may log in, while clients are connected: they stay so, but those whose user is gone, or goes upstream as
    /// somebody else from now on, must log in again before their next request.
    /// </summary>
    /// <exception cref="ArgumentException">The users have mistakes; nothing is changed.</exception>
    public void ReplaceUsers(ClientUsers users, IReadOnlyDictionary<string, Credential> credentials)
    {
        ProxyOptions changed = _options with { Users = users, UpstreamCredentials = credentials };
        IReadOnlyList<string> errors = changed.Validate();
        if (errors.Count > 0)
            throw new ArgumentException(string.Join("; ", errors), nameof(users));
        _logins.Replace(users, credentials);
    }

    /// <summary>Begins to look for the deployments' servers, and listens. Once.</summary>
    /// <exception cref="ListenException">An address cannot be listened on; nothing is left listening.</exception>
    /// <exception cref="TlsFileException">A listener's certificate can't be used; nothing is left listening.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (UpstreamSet upstream in _upstreams.Values)
            upstream.Start();
        try
        {
            foreach (ListenerSettings settings in _options.Listeners)
                Listen(settings);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
        // Not before: it goes through what the listeners have added, on another thread.
        _sweep = _time.CreateTimer(
            static proxy => ((ProxyServer)proxy!).Sweep(),
            this,
            SweepInterval,
            SweepInterval
        );
    }

    /// <summary>
    /// Ends in order: accepts no more, closes idle clients, lets exchanges finish within
    /// <paramref name="timeout"/>, aborts what is left, here and at the servers, and closes every connection.
    /// </summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        LogDraining(_logger, Volatile.Read(ref _counters.Clients));
        foreach (Listener listener in _listeners)
            await listener.StopAcceptingAsync();
        _clients.Drain();
        foreach (UpstreamSet upstream in _upstreams.Values)
            upstream.Gate.End();
        using (var deadline = new CancellationTokenSource(timeout, _time))
        await using (deadline.Token.Register(CutOff))
        {
            // A client's channel ends with its work; what the deadline aborts ends too.
            foreach (Listener listener in _listeners)
                await listener.DrainAsync(CancellationToken.None);
        }
        await CloseAsync();
        LogDrained(_logger);
    }

    /// <summary>Ends at once: aborts every client and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _clients.Drain();
        CutOff();
        foreach (Listener listener in _listeners)
            await listener.DisposeAsync();
        await CloseAsync();
    }

    /// <summary>Ends what clients have in hand, and what waits for a server or a connection on their behalf.</summary>
    private void CutOff()
    {
        _ending.Cancel();
        // After it: an exchange that begins from now on sees it.
        _clients.AbortAll();
    }

    private async Task CloseAsync()
    {
        if (_sweep is not null)
            await _sweep.DisposeAsync();
        foreach (Reaper reaper in _reapers)
        {
            reaper.Sweep(all: true);
            await reaper.FlushAsync(CleanUpTime);
        }
        foreach (Listener listener in _listeners)
            await listener.DisposeAsync();
        foreach (UpstreamSet upstream in _upstreams.Values)
            await upstream.DisposeAsync();
    }

    private void Listen(ListenerSettings settings)
    {
        UpstreamSet upstream = _upstreams[settings.Upstream];
        var groups = new ClientGroups(_time);
        var reaper = new Reaper(groups, _time, _options.Limits.OrphanGrace);
        var context = new ListenerContext(
            settings,
            Identity.Anonymous,
            upstream,
            upstream.Default,
            new HelloResponder(
                settings.Presentation,
                settings.ReplicaSetName,
                settings.AdvertisedAddress,
                settings.Compressors,
                () => upstream.Default.Deployment.Topology,
                _time
            ),
            _budget,
            _options.Limits,
            _counters,
            _clients,
            groups,
            reaper,
            _time,
            _time.GetTimestamp(),
            _clientLogger,
            new ExchangeWatch(
                settings.Upstream,
                _options.Metrics?.ExchangeDuration,
                _options.TraceRatio,
                SlowExchanges,
                _time
            ),
            new AdminDatabase(Administration),
            _ending.Token
        )
        {
            Logins = settings.Authenticates ? _logins : null,
            UserQuotas = _userQuotas,
        };
        var reception = new Reception(
            settings,
            settings.Tls is null ? null : new TlsServerFiles(settings.Tls, _time),
            _options.Limits,
            _counters,
            _time,
            _clientLogger,
            (channel, quotas) => new ClientConnection(channel, context, _clients.NextId(), quotas).RunAsync(),
            _ending.Token
        );
        Listener listener = _network.Listen(
            settings.EndPoint,
            new ListenerOptions { MaxActive = settings.MaxClients, UnixMode = settings.UnixMode },
            reception.ServeAsync
        );
        _listeners.Add(listener);
        _receptions.Add((listener.LocalEndPoint, reception));
        _reapers.Add(reaper);
        LogListening(_logger, listener.LocalEndPoint, settings.Upstream);
    }

    private IEnumerable<Upstream> Upstreams => _upstreams.Values.SelectMany(u => u.All);

    private void Sweep()
    {
        foreach (Reaper reaper in _reapers)
            reaper.Sweep();
        // That goes through the whole table, and is in no hurry.
        if (++_sweeps % SweepsPerTidying != 0)
            return;
        foreach (Upstream upstream in Upstreams)
            _ = upstream.TidyAsync(_ending.Token);
        _userQuotas.Sweep();
        foreach ((EndPoint endPoint, Reception reception) in _receptions)
            reception.Tidy(endPoint);
    }
}

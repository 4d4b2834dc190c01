using Microsoft.Extensions.Logging;
using Weir.Pooling.Authentication;
using Weir.Transport;

namespace Weir.Proxy.Routing;

/// <summary>
/// One deployment under every credential that clients are mapped to. Authentication is the only state that keeps
/// connections apart, so each credential has pools, cursors and transactions of its own. Thread-safe.
/// </summary>
internal sealed class UpstreamSet : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly UpstreamSettings _settings;
    private readonly Func<UpstreamSettings, Gate, Upstream> _create;
    private readonly Dictionary<Credential, Upstream> _byCredential = [];
    private volatile Upstream[] _all;
    private bool _isStarted;
    private bool _isClosed;

    public UpstreamSet(
        UpstreamSettings settings,
        Network network,
        ProxyLimits limits,
        ProxyCounters counters,
        TimeProvider time,
        ILogger logger,
        CancellationToken ending
    )
    {
        _settings = settings;
        Gate = new Gate(time);
        _create = (s, gate) => new Upstream(s, network, limits, counters, gate, time, logger, ending);
        Default = _create(settings, Gate);
        _all = [Default];
    }

    public string Name => _settings.Name;

    /// <summary>Holds requests back, whatever their credential.</summary>
    public Gate Gate { get; }

    /// <summary>Under the connection string's own credential, or none.</summary>
    public Upstream Default { get; }

    /// <summary>Those that have been asked for so far.</summary>
    public IReadOnlyList<Upstream> All => _all;

    /// <summary>Begins to look for the servers. Once.</summary>
    public void Start()
    {
        lock (_lock)
            _isStarted = true;
        foreach (Upstream upstream in _all)
            upstream.Start();
    }

    /// <summary>
    /// The deployment as <paramref name="credential"/> works with it, made when it is asked for first;
    /// <see langword="null"/>: as the connection string says.
    /// </summary>
    public Upstream For(Credential? credential)
    {
        if (credential is null || credential == _settings.ConnectionString.Credential)
            return Default;
        lock (_lock)
        {
            if (_byCredential.TryGetValue(credential, out Upstream? upstream))
                return upstream;
            // Nothing is sent any more; whatever is asked of the default one is told so.
            if (_isClosed)
                return Default;
            upstream = _create(
                _settings with
                {
                    ConnectionString = _settings.ConnectionString with { Credential = credential },
                    // Somebody else's is opened with its own credential.
                    Shared = null,
                },
                Gate
            );
            _byCredential.Add(credential, upstream);
            _all = [.. _all, upstream];
            if (_isStarted)
                upstream.Start();
            return upstream;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isClosed = true;
        foreach (Upstream upstream in _all)
            await upstream.DisposeAsync();
    }
}

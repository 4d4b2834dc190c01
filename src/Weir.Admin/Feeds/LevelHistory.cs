using Weir.Admin.Metrics;
using Weir.Proxy;
using Weir.Proxy.Snapshots;

namespace Weir.Admin.Feeds;

/// <summary>
/// The level, once a second, for the last quarter of an hour: so that whoever opens the dashboard sees what was.
/// Thread-safe.
/// </summary>
internal sealed class LevelHistory(ProxyServer proxy, MetricCollector metrics, TimeProvider time)
    : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int Kept = 900;

    private readonly Lock _lock = new();
    private readonly Queue<LevelSample> _samples = new();
    private ITimer? _timer;

    // Of the sample before; the timer's alone.
    private ProxyStatistics _last;
    private long _created;
    private long _closed;
    private long _at;
    private HistogramReading? _durations;
    private HistogramReading? _waits;

    /// <summary>Hears of every sample, on a thread of the pool. Be quick.</summary>
    public event Action<LevelSample>? Sampled;

    public void Start()
    {
        _at = time.GetTimestamp();
        _last = proxy.Statistics;
        _timer = time.CreateTimer(
            static history => ((LevelHistory)history!).Sample(),
            this,
            Interval,
            Interval
        );
    }

    /// <summary>The samples, the oldest first.</summary>
    public IReadOnlyList<LevelSample> All()
    {
        lock (_lock)
        {
            return [.. _samples];
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Sample()
    {
        LevelSample sample;
        // A tick that is late must not run into the next one.
        lock (_lock)
        {
            sample = Take_NeedsLock();
            _samples.Enqueue(sample);
            if (_samples.Count > Kept)
            {
                _samples.Dequeue();
            }
        }

        Sampled?.Invoke(sample);
    }

    private LevelSample Take_NeedsLock()
    {
        var now = proxy.Statistics;
        var upstreams = proxy.ListUpstreams();
        ServerSnapshot[] servers = [.. upstreams.SelectMany(u => u.Servers)];
        var durations = metrics.ReadHistogram("weir.exchange.duration");
        var waits = metrics.ReadHistogram("db.client.connection.wait_time");
        var created = servers.Sum(s => s.Pool.Created);
        var closed = servers.Sum(s => s.Pool.Closed);
        var seconds = Math.Max(0.001, time.GetElapsedTime(_at).TotalSeconds);
        var sample = new LevelSample
        {
            At = time.GetUtcNow(),
            Clients = now.Clients,
            InUse = servers.Sum(s => s.Pool.InUse),
            Idle = servers.Sum(s => s.Pool.Available),
            Pending = servers.Sum(s => s.Pool.Pending),
            Waiting =
                servers.Sum(s => s.Pool.Waiting)
                + upstreams.GroupBy(u => u.Name).Sum(g => g.Max(u => u.HeldBack)),
            Limit = servers.Any(s => s.MaxPoolSize == 0) ? 0 : servers.Sum(s => s.MaxPoolSize),
            ExchangesPerSecond = (now.Exchanges - _last.Exchanges) / seconds,
            ErrorsPerSecond = (now.Errors - _last.Errors) / seconds,
            // A server that left took its counts with it.
            OpenedPerSecond = Math.Max(0, created - _created) / seconds,
            ClosedPerSecond = Math.Max(0, closed - _closed) / seconds,
            MedianMillis = durations?.Since(_durations).Quantile(0.5) * 1000,
            SlowestMillis = durations?.Since(_durations).Quantile(0.99) * 1000,
            WaitMillis = waits?.Since(_waits).Quantile(0.99) * 1000,
        };
        (_last, _created, _closed, _durations, _waits) = (now, created, closed, durations, waits);
        _at = time.GetTimestamp();
        return sample;
    }
}

using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;

namespace Weir.Proxy.Metrics;

/// <summary>
/// The instruments of a pooler: its clients, requests, errors, and what it holds. Thread-safe.
/// </summary>
/// <remarks>
/// All but one are read when somebody asks. The duration of exchanges is recorded as they end, without allocation,
/// and only while somebody listens.
/// </remarks>
public sealed class ProxyMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Weir.Proxy";

    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries =
        [
            0.0001,
            0.00025,
            0.0005,
            0.001,
            0.0025,
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
        ],
    };

    /// <summary>Creates the instruments; those that are read say nothing before a proxy uses them.</summary>
    public ProxyMetrics()
    {
        Meter = new Meter(MeterName);
        ExchangeDuration = Meter.CreateHistogram(
            "weir.exchange.duration",
            "s",
            "The time from a client's request to its answer; getMores that wait for data are left out.",
            tags: null,
            Buckets
        );
    }

    /// <summary>The instruments of the pools behind it.</summary>
    public PoolingMetrics Pools { get; } = new();

    /// <summary>The meter, for listeners that choose by instance.</summary>
    public Meter Meter { get; }

    internal Histogram<double> ExchangeDuration { get; }

    /// <summary>Ends the instruments.</summary>
    public void Dispose()
    {
        Pools.Dispose();
        Meter.Dispose();
    }

    internal void Observe(ProxyServer proxy) => ProxyInstruments.Create(Meter, proxy);
}

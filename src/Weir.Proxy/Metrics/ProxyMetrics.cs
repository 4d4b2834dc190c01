using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;

namespace Weir.Proxy.Metrics;

/// <summary>
/// The instruments of a pooler: its clients, requests, errors, and what it holds. Thread-safe.
/// </summary>
/// <remarks>
/// All but one are read when somebody asks. The duration of exchanges is recorded as they end, without allocation,
/// and only while somebody listens or has it counted.
/// </remarks>
public sealed class ProxyMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Weir.Proxy";

    /// <summary>Creates the instruments; those that are read say nothing before a proxy uses them.</summary>
    public ProxyMetrics()
    {
        Meter = new Meter(MeterName);
        ExchangeDuration = new DurationHistogram(
            Meter,
            "weir.exchange.duration",
            "The time from a client's request to its answer; getMores that wait for data are left out."
        );
    }

    /// <summary>The instruments of the pools behind it.</summary>
    public PoolingMetrics Pools { get; } = new();

    /// <summary>The meter, for listeners that choose by instance.</summary>
    public Meter Meter { get; }

    /// <summary>The durations, the pools' among them, for readers that look now and then.</summary>
    public IReadOnlyList<DurationHistogram> Durations => [ExchangeDuration, .. Pools.Durations];

    internal DurationHistogram ExchangeDuration { get; }

    /// <summary>Ends the instruments.</summary>
    public void Dispose()
    {
        Pools.Dispose();
        Meter.Dispose();
    }

    internal void Observe(ProxyServer proxy) => ProxyInstruments.Create(Meter, proxy);
}

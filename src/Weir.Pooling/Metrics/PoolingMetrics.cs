using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weir.Pooling.Pools;

namespace Weir.Pooling.Metrics;

/// <summary>
/// The instruments of every pool that was given these metrics, named by OpenTelemetry's conventions for database
/// clients; what those have no name for is called <c>weir.*</c>. Thread-safe.
/// </summary>
/// <remarks>
/// What can be read off a pool is read when somebody asks, and costs nothing in between. The three durations are
/// recorded as they happen, without allocation, and only while somebody listens or has them counted.
/// </remarks>
public sealed class PoolingMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Weir.Pooling";

    private readonly ConcurrentDictionary<Server, PoolTags> _servers = new();

    /// <summary>Creates the instruments.</summary>
    public PoolingMetrics()
    {
        Meter = new Meter(MeterName);
        WaitTime = new DurationHistogram(
            Meter,
            "db.client.connection.wait_time",
            "The time it took to obtain a connection from the pool."
        );
        UseTime = new DurationHistogram(
            Meter,
            "db.client.connection.use_time",
            "The time between checking a connection out and returning it to the pool."
        );
        CreateTime = new DurationHistogram(
            Meter,
            "db.client.connection.create_time",
            "The time it took to create a new connection, its handshake and authentication included."
        );
        PoolInstruments.Create(Meter, _servers);
    }

    /// <summary>The meter, for listeners that choose by instance.</summary>
    public Meter Meter { get; }

    /// <summary>The durations, for readers that look now and then.</summary>
    public IReadOnlyList<DurationHistogram> Durations => [WaitTime, UseTime, CreateTime];

    internal DurationHistogram WaitTime { get; }

    internal DurationHistogram UseTime { get; }

    internal DurationHistogram CreateTime { get; }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => Meter.Dispose();

    internal PoolTimings TimingsOf(PoolTags tags, TimeProvider clock) => new(this, tags, clock);

    internal void Add(Server server, PoolTags tags) => _servers[server] = tags;

    internal void Remove(Server server) => _servers.TryRemove(server, out _);
}

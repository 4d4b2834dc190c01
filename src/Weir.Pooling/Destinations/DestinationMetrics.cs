using System.Diagnostics.Metrics;

namespace Weir.Pooling.Destinations;

/// <summary>
/// The instruments of a registry's destinations: what pools have no instrument for. Read when somebody asks.
/// </summary>
internal sealed class DestinationMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _isOurs;

    public Meter Meter => _meter;

    public DestinationMetrics(DestinationRegistry destinations, IMeterFactory? factory)
    {
        _isOurs = factory is null;
        _meter = factory?.Create(DestinationRegistry.MeterName) ?? new Meter(DestinationRegistry.MeterName);
        Level("weir.destination.leases", "{lease}", "Leases that are out.", d => d.Leases);
        Level(
            "weir.destination.up",
            "{destination}",
            "1 while the pools are open, else 0.",
            d => d.State is DestinationState.Open or DestinationState.Checking ? 1 : 0
        );
        Level(
            "weir.destination.operations.running",
            "{operation}",
            "Operations that run.",
            d => d.RunningOperations
        );
        Level(
            "weir.destination.operations.waiting",
            "{operation}",
            "Operations that wait for their turn or for a connection.",
            d => d.WaitingOperations + d.Waiting
        );
        Total("weir.destination.opened", "{opening}", "How often the pools were opened.", d => d.Opened);
        Total("weir.destination.replaced", "{opening}", "Of these: in the place of others.", d => d.Replaced);
        Total(
            "weir.destination.errors",
            "{error}",
            "Failures that are not answers of a server.",
            d => d.Errors
        );

        Total("weir.destination.evicted", "{connection}", "Connections closed to make room.", d => d.Evicted);
        _meter.CreateObservableUpDownCounter(
            "weir.destination.connections",
            () => (long)destinations.OpenConnections,
            "{connection}",
            "Connections of all destinations together."
        );
        _meter.CreateObservableUpDownCounter(
            "weir.destination.connections.max",
            () => (long)destinations.MaxConnections,
            "{connection}",
            "The most allowed; 0: no limit."
        );

        void Level(string name, string unit, string what, Func<DestinationStatistics, long> of) =>
            _meter.CreateObservableUpDownCounter(name, () => Read(of), unit, what);

        void Total(string name, string unit, string what, Func<DestinationStatistics, long> of) =>
            _meter.CreateObservableCounter(name, () => Read(of), unit, what);

        IEnumerable<Measurement<long>> Read(Func<DestinationStatistics, long> of) =>
            destinations
                .GetStatistics()
                .Select(d => new Measurement<long>(
                    of(d),
                    new KeyValuePair<string, object?>("weir.destination", d.Name)
                ));
    }

    // A factory's meters are the factory's to dispose of.
    public void Dispose()
    {
        if (_isOurs)
        {
            _meter.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>Every destination of a process. Make one, share it, and dispose it last. Thread-safe.</summary>
public sealed class DestinationRegistry : IDestinations, IAsyncDisposable
{
    /// <summary>The name of the meter with the instruments of destinations.</summary>
    public const string MeterName = "Weir.Destinations";

    private readonly ConcurrentDictionary<string, Destination> _destinations = new(StringComparer.Ordinal);
    private readonly DestinationsOptions _options;
    private readonly DestinationOpener _opener;
    private readonly DestinationMetrics _metrics;
    private readonly Network? _ownNetwork;
    private readonly Lock _gate = new();
    private Task<int>? _shutdown;

    /// <summary>Prepares the destinations; nothing is connected before a lease asks for it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public DestinationRegistry(DestinationsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _ownNetwork = options.Network is null ? Network.CreateDefault() : null;
        _opener = new DestinationOpener(options, options.Network ?? _ownNetwork!);
        foreach (var name in options.Destinations.Keys)
        {
            _destinations[name] = new Destination(name, _opener);
        }
        _metrics = new DestinationMetrics(this, options.MeterFactory);
    }

    /// <summary>Connections of all destinations together, monitors not counted.</summary>
    public int OpenConnections => _opener.Budget.Taken;

    /// <summary>Connection pools, also of destinations that are being opened, that wait because the cap is reached.</summary>
    public int WaitingPools => _opener.Budget.Waiting;

    /// <summary>The most allowed (<see cref="DestinationsOptions.MaxConnections"/>); 0: no limit.</summary>
    public int MaxConnections => _opener.Budget.Most;

    /// <summary>The meter, for listeners that choose by instance.</summary>
    public Meter Meter => _metrics.Meter;

    /// <inheritdoc/>
    public ValueTask<DestinationLease> LeaseAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DestinationLease>(cancellationToken);
        }
        return _destinations.TryGetValue(name, out var destination) && destination.TryLease() is { } lease
            ? new(lease)
            : WaitAndLeaseAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> CloseAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _destinations.TryGetValue(name, out var destination)
            ? destination.CloseAsync(
                () => Task.Delay(_options.DrainTimeout, _options.Defaults.Time, cancellationToken),
                cancellationToken
            )
            : Task.FromResult(0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<DestinationStatistics> GetStatistics() =>
        [.. _destinations.Values.Select(d => d.Statistics).OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Gives no more leases, waits for those that are out at most <see cref="DestinationsOptions.DrainTimeout"/>,
    /// and closes every pool. Again: the same shutdown.
    /// </summary>
    /// <returns>How many leases were still out when their pools were closed; 0 when all went well.</returns>
    public Task<int> ShutDownAsync()
    {
        lock (_gate)
        {
            return _shutdown ??= Task.Run(EndAsync);
        }
    }

    /// <summary>The same as <see cref="ShutDownAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await ShutDownAsync();

    private async ValueTask<DestinationLease> WaitAndLeaseAsync(
        string name,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var destination = FindOrAdd(name);
            try
            {
                if (await destination.LeaseAsync(cancellationToken) is { } lease)
                {
                    return lease;
                }
                _destinations.TryRemove(KeyValuePair.Create(name, destination));
            }
            catch (DestinationException e) when (e.Failure == DestinationFailure.Unknown)
            {
                Forget(destination);
                throw;
            }
        }
    }

    // Under the lock, so that a shutdown misses none.
    private Destination FindOrAdd(string name)
    {
        lock (_gate)
        {
            if (_shutdown is not null)
            {
                throw new DestinationException(
                    name,
                    DestinationFailure.ShuttingDown,
                    "this process is shutting down"
                );
            }
            if (_destinations.TryGetValue(name, out var known))
            {
                return known;
            }
            MakeRoom_NeedsLock(name);
            return _destinations[name] = new Destination(name, _opener);
        }
    }

    // Names that were looked up once and are not open any more are forgotten when the table is full.
    private void MakeRoom_NeedsLock(string name)
    {
        var most = _options.Destinations.Count + _options.MaxOpen;
        if (_destinations.Count < most)
        {
            return;
        }
        foreach (var destination in _destinations.Values)
        {
            Forget(destination);
        }
        if (_destinations.Count >= most)
        {
            throw new DestinationException(
                name,
                DestinationFailure.Busy,
                $"as many destinations are open as may be (MaxOpen is {_options.MaxOpen})"
            );
        }
    }

    private void Forget(Destination destination)
    {
        if (!_options.Destinations.ContainsKey(destination.Name) && destination.TryForget())
        {
            _destinations.TryRemove(KeyValuePair.Create(destination.Name, destination));
        }
    }

    private async Task<int> EndAsync()
    {
        using var answered = new CancellationTokenSource();
        var patience = Task.Delay(_options.DrainTimeout, _options.Defaults.Time, answered.Token);
        var left = await Task.WhenAll(_destinations.Values.Select(d => d.ShutDownAsync(patience)));
        await answered.CancelAsync();
        _metrics.Dispose();
        if (_ownNetwork is not null)
        {
            await _ownNetwork.DisposeAsync();
        }
        return left.Sum();
    }
}

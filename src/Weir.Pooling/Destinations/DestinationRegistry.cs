using System.Collections.Concurrent;
using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>Every destination of a process. Make one, share it, and dispose it last. Thread-safe.</summary>
public sealed class DestinationRegistry : IDestinations, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Destination> _destinations = new(StringComparer.Ordinal);
    private readonly DestinationsOptions _options;
    private readonly Network? _ownNetwork;
    private readonly Lock _gate = new();
    private Task<int>? _shutdown;

    /// <summary>Prepares the destinations; nothing is connected before a lease asks for it.</summary>
    public DestinationRegistry(DestinationsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _ownNetwork = options.Network is null ? Network.CreateDefault() : null;
        var opener = new DestinationOpener(options.Network ?? _ownNetwork!, options.Defaults);
        foreach (var (name, destination) in options.Destinations)
        {
            _destinations[name] = new Destination(name, destination, opener);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DestinationLease> LeaseAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _destinations.TryGetValue(name, out var destination)
            ? destination.LeaseAsync(cancellationToken)
            : ValueTask.FromException<DestinationLease>(Unknown(name));
    }

    /// <summary>
    /// Gives no more leases, waits for those that are out at most <see cref="DestinationsOptions.ShutdownTimeout"/>,
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

    private async Task<int> EndAsync()
    {
        using var answered = new CancellationTokenSource();
        var patience = Task.Delay(_options.ShutdownTimeout, _options.Defaults.Time, answered.Token);
        var left = await Task.WhenAll(_destinations.Values.Select(d => d.ShutDownAsync(patience)));
        await answered.CancelAsync();
        if (_ownNetwork is not null)
        {
            await _ownNetwork.DisposeAsync();
        }
        return left.Sum();
    }

    private DestinationException Unknown(string name)
    {
        var known = _destinations.IsEmpty
            ? "none is configured"
            : $"there are: {string.Join(", ", _destinations.Keys.Order(StringComparer.Ordinal).Take(20))}";
        return new(name, DestinationFailure.Unknown, $"there is no destination of this name; {known}");
    }
}

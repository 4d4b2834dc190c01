using System.Collections.Concurrent;
using Weir.Pooling.Destinations;

namespace Weir.Sync.Leases;

/// <summary>The destinations of a run: each leased once, when it is first needed, and given back together at the end.</summary>
internal sealed class LeaseSet(IDestinations destinations) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <inheritdoc cref="IDestinations.LeaseAsync"/>
    public async ValueTask<DestinationLease> GetAsync(string name, CancellationToken cancellationToken)
    {
        var place = _places.GetOrAdd(name, _ => new Place());
        await place.Gate.WaitAsync(cancellationToken);
        try
        {
            return place.Lease ??= await destinations.LeaseAsync(name, cancellationToken);
        }
        finally
        {
            place.Gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var place in _places.Values)
        {
            place.Gate.Dispose();
            if (place.Lease is { } lease)
            {
                await lease.DisposeAsync();
            }
        }
    }

    private sealed class Place
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public DestinationLease? Lease { get; set; }
    }
}

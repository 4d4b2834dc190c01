using Weir.Pooling.Destinations;
using Weir.Sync.Jobs;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync;

/// <summary>The deployments that a file of jobs needs, as destinations of this process.</summary>
public static class SyncDestinations
{
    /// <summary>Options for a <see cref="DestinationRegistry"/>: the destinations, and the MongoDB sources beside them.</summary>
    public static DestinationsOptions OptionsFor(SyncSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var destinations = settings.Destinations.ToDictionary(
            d => d.Name,
            d => new DestinationOptions { ConnectionString = d.Uri, IdleTimeout = d.IdleTimeout },
            StringComparer.Ordinal
        );
        foreach (var source in settings.Jobs.Select(j => j.Source).OfType<MongoSourceSettings>())
        {
            destinations[source.DestinationName] = new DestinationOptions { ConnectionString = source.Uri };
        }
        return new DestinationsOptions { Destinations = destinations };
    }
}

namespace Weir.Pooling.Destinations;

/// <summary>Looks destinations up that are not configured: by an id in a database, a secret store, a service.</summary>
public interface IDestinationResolver
{
    /// <summary>Where a destination is; <see langword="null"/>: there is none of this name.</summary>
    /// <remarks>
    /// Called whenever the destination is opened anew, once at a time for a name. What it throws fails the leases of
    /// this destination alone. Say nothing secret in exceptions.
    /// </remarks>
    ValueTask<DestinationOptions?> ResolveAsync(string name, CancellationToken cancellationToken);
}

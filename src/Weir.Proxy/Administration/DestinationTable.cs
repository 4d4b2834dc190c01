using Weir.Pooling.Destinations;

namespace Weir.Proxy.Administration;

/// <summary>The destinations of a process as a table, for the desk of a pooler in the same process.</summary>
public static class DestinationTable
{
    /// <summary>The table <c>destinations</c>.</summary>
    public static AdminTable Create(IDestinations destinations)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        return new TableBuilder<DestinationStatistics>()
            .Text("name", "Its name", d => d.Name)
            .Text(
                "state",
                "idle, opening, open, checking, draining or closed",
                d => d.State.ToString().ToLowerInvariant()
            )
            .Number("leases", "Leases that are out", d => d.Leases)
            .Number("inUse", "Connections in use", d => d.InUse)
            .Number("idle", "Connections that wait to be used", d => d.Available)
            .Number("connecting", "Connections that are being established", d => d.Pending)
            .Number("waiting", "Operations that wait for a connection", d => d.Waiting)
            .Number("opened", "How often its pools were opened", d => d.Opened)
            .Number("errors", "Failures to resolve, open, check or use it", d => d.Errors)
            .Text("lastError", "The last of them", d => d.LastError)
            .Time("lastHeard", "When a server last answered", d => d.LastHeard)
            .Build("destinations", "A deployment that is leased by name.", destinations.GetStatistics);
    }
}

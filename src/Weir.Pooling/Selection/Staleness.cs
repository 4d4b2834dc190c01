using Weir.Pooling.Topologies;

namespace Weir.Pooling.Selection;

/// <summary>How far a secondary lags behind, as estimated from the dates of last writes.</summary>
internal static class Staleness
{
    public static TimeSpan Of(
        ServerDescription server,
        TopologyDescription topology,
        TimeSpan heartbeatFrequency
    )
    {
        if (server.Type != ServerType.RSSecondary)
        {
            return TimeSpan.Zero;
        }
        if (server.LastWriteDate is not { } written)
        {
            // A member that does not tell cannot be shown to be fresh.
            return TimeSpan.MaxValue;
        }
        if (topology.Primary is { } primary)
        {
            return primary.LastWriteDate is { } primaryWritten
                ? server.LastUpdateTime
                    - primary.LastUpdateTime
                    + (primaryWritten - written)
                    + heartbeatFrequency
                : TimeSpan.MaxValue;
        }
        var newest = written;
        foreach (var other in topology.Servers)
        {
            if (other.Type == ServerType.RSSecondary && other.LastWriteDate > newest)
            {
                newest = other.LastWriteDate.Value;
            }
        }
        return newest - written + heartbeatFrequency;
    }
}

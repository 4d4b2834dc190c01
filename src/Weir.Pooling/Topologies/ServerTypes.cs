namespace Weir.Pooling.Topologies;

/// <summary>What follows from a server's type.</summary>
internal static class ServerTypes
{
    /// <summary>Whether operations can be sent to such a server, in whatever topology it stands.</summary>
    public static bool IsDataBearing(this ServerType type) =>
        type
            is ServerType.Standalone
                or ServerType.Mongos
                or ServerType.RSPrimary
                or ServerType.RSSecondary
                or ServerType.LoadBalancer;

    /// <summary>Whether a check of the server has succeeded.</summary>
    public static bool IsKnown(this ServerType type) =>
        type is not (ServerType.Unknown or ServerType.PossiblePrimary);
}

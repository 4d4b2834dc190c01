namespace Weir.Pooling.Topologies;

/// <summary>The wire protocol versions that Weir speaks with servers.</summary>
public static class WireVersions
{
    /// <summary>
    /// MongoDB 3.6, the first with OP_MSG and sessions. Services that follow older releases still announce it.
    /// </summary>
    public const int Min = 6;

    /// <summary>The release that <see cref="Min"/> came with.</summary>
    public const string MinRelease = "MongoDB 3.6";

    /// <summary>The newest version that was looked at.</summary>
    public const int Max = 29;

    /// <summary>Why Weir cannot talk to <paramref name="server"/>; <see langword="null"/> when it can.</summary>
    internal static string? Incompatibility(ServerDescription server)
    {
        // A load balancer never says what it speaks: each connection behind it does.
        if (!server.Type.IsKnown() || server.Type == ServerType.LoadBalancer)
        {
            return null;
        }
        if (server.MinWireVersion > Max)
        {
            return $"Server at {server.Address} requires wire version {server.MinWireVersion}, "
                + $"but this version of Weir only supports up to {Max}.";
        }
        return server.MaxWireVersion < Min
            ? $"Server at {server.Address} reports wire version {server.MaxWireVersion}, "
                + $"but this version of Weir requires at least {Min} ({MinRelease})."
            : null;
    }
}

namespace Weir.Proxy;

/// <summary>
/// How much one listener, address or user may take. Where a value is <see langword="null"/> there is no such limit.
/// </summary>
public sealed record ClientLimits
{
    /// <summary>No limits.</summary>
    public static ClientLimits None { get; } = new();

    /// <summary>Client connections at a time.</summary>
    public int? MaxClients { get; init; }

    /// <summary>New client connections in a second; as many may come at once after a quiet second.</summary>
    public int? ConnectionsPerSecond { get; init; }

    /// <summary>
    /// Requests for servers in a second; as many may come at once after a quiet second. What ends work is not counted:
    /// commits, aborts, killCursors, endSessions.
    /// </summary>
    public int? RequestsPerSecond { get; init; }
}

namespace Weir.Sandbox;

/// <summary>A member's client connections, counted exactly, at one moment.</summary>
public sealed record ConnectionCounters
{
    /// <summary>Connections that are open.</summary>
    public required int Current { get; init; }

    /// <summary>The most that were ever open at the same moment.</summary>
    public required int Peak { get; init; }

    /// <summary>Connections served since the start; refused ones are not among them.</summary>
    public required long TotalCreated { get; init; }

    /// <summary>Connections closed at once because the limit was reached.</summary>
    public required long Refused { get; init; }

    /// <summary>
    /// Open connections by the application name of their handshake; "" for those that gave none or have not
    /// introduced themselves.
    /// </summary>
    public required IReadOnlyDictionary<string, int> ByAppName { get; init; }
}

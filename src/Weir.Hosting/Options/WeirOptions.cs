namespace Weir.Hosting;

/// <summary>What <c>AddWeir</c> reads from the configuration. Validated at the start, all mistakes at once.</summary>
public sealed class WeirOptions
{
    /// <summary>The configuration section that <c>AddWeir</c> reads when it is given a whole configuration.</summary>
    public const string SectionName = "Weir";

    /// <summary>The destinations, by name.</summary>
    public Dictionary<string, WeirDestinationOptions> Destinations { get; init; } =
        new(StringComparer.Ordinal);

    /// <summary>
    /// Connections of all destinations together, monitors not counted; 0: no limit. Default 100. At the limit, idle
    /// connections of the destination that was used least recently make room.
    /// </summary>
    public int MaxConnections { get; set; } = 100;

    /// <summary>How long a shutdown waits for leases that are still out. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Destinations that a resolver may have open at a time. Default 1,000.</summary>
    public int MaxOpen { get; set; } = 1_000;

    /// <summary>
    /// The AES-GCM key that connection strings are encrypted with: 16, 24 or 32 bytes in Base64. Keep it where secrets
    /// are kept. Unset: they are in clear, or protected by what <c>AddWeirDataProtection</c> says.
    /// </summary>
    public string? ProtectionKey { get; set; }

    /// <summary>Keys that <see cref="ProtectionKey"/> replaced: they still decrypt.</summary>
    public IList<string> EarlierProtectionKeys { get; init; } = [];
}

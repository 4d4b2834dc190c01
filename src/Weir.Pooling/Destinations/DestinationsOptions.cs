using System.Diagnostics.Metrics;
using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>What a <see cref="DestinationRegistry"/> keeps to. Immutable.</summary>
public sealed record DestinationsOptions
{
    /// <summary>The destinations that are known from the start, by name.</summary>
    public IReadOnlyDictionary<string, DestinationOptions> Destinations { get; init; } =
        new Dictionary<string, DestinationOptions>();

    /// <summary>Looks up names that are not among <see cref="Destinations"/>; <see langword="null"/>: there are no others.</summary>
    public IDestinationResolver? Resolver { get; init; }

    /// <summary>Decrypts connection strings that are not in clear.</summary>
    public IConnectionStringProtection? Protection { get; init; }

    /// <summary>What every destination keeps to where its connection string says nothing; its clock is the clock of all.</summary>
    public DeploymentOptions Defaults { get; init; } = new();

    /// <summary>
    /// Connections of all destinations together, monitors not counted; 0 (the default): no limit. At the limit, idle
    /// connections of the destination that was used least recently make room, and destinations that wait share alike.
    /// </summary>
    public int MaxConnections { get; init; }

    /// <summary>
    /// How long closing a destination, and a shutdown, wait for the leases that are still out. Default 30 s. When a
    /// shutdown has waited that long, it closes their pools; nothing else ever does.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Destinations that may be open at a time beside those in <see cref="Destinations"/>; a lease of one more fails.
    /// Default 1,000.
    /// </summary>
    public int MaxOpen { get; init; } = 1_000;

    /// <summary>Where connections come from; <see langword="null"/>: a network of its own.</summary>
    public Network? Network { get; init; }

    /// <summary>Makes the meter; <see langword="null"/>: it belongs to nobody.</summary>
    public IMeterFactory? MeterFactory { get; init; }
}

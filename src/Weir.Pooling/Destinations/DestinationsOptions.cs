using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>What a <see cref="DestinationRegistry"/> keeps to. Immutable.</summary>
public sealed record DestinationsOptions
{
    /// <summary>The destinations that are known from the start, by name.</summary>
    public IReadOnlyDictionary<string, DestinationOptions> Destinations { get; init; } =
        new Dictionary<string, DestinationOptions>();

    /// <summary>What every destination keeps to where its connection string says nothing; its clock is the clock of all.</summary>
    public DeploymentOptions Defaults { get; init; } = new();

    /// <summary>
    /// How long a shutdown waits for the leases that are still out before it closes their pools. Default 30 s.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where connections come from; <see langword="null"/>: a network of its own.</summary>
    public Network? Network { get; init; }
}

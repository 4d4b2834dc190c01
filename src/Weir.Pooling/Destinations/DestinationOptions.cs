namespace Weir.Pooling.Destinations;

/// <summary>A deployment to be used, and how. Immutable.</summary>
public sealed record DestinationOptions
{
    /// <summary>
    /// Where it is (<c>mongodb://</c> or <c>mongodb+srv://</c>). Options that it writes win over
    /// <see cref="DestinationsOptions.Defaults"/>.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>How long nobody may hold a lease before the pools are closed. Default 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"DestinationOptions {{ IdleTimeout = {IdleTimeout} }}";
}

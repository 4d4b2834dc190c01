using System.Globalization;

namespace Weir.Pooling.Destinations;

/// <summary>A deployment to be used, and how. Immutable.</summary>
public sealed record DestinationOptions
{
    /// <summary>
    /// Where it is (<c>mongodb://</c> or <c>mongodb+srv://</c>), in clear or as
    /// <see cref="DestinationsOptions.Protection"/> encrypted it. Options that it writes win over
    /// <see cref="DestinationsOptions.Defaults"/>.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>What <see cref="ConnectionString"/> says, where it has been parsed already; it is used instead.</summary>
    internal ConnectionStrings.ConnectionString? Parsed { get; private init; }

    /// <summary>How long nobody may hold a lease before the pools are closed. Default 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long nothing may have been heard of the destination before a lease asks whether it still answers (a
    /// <c>ping</c>). Default 30 s.
    /// </summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Operations that run at the same time, over all leases; more wait their turn, at most
    /// <c>waitQueueTimeoutMS</c>. Default 0: the pools' size is the only limit.
    /// </summary>
    public int MaxConcurrentOperations { get; init; }

    /// <summary>The destination that a parsed connection string names.</summary>
    public static DestinationOptions Of(ConnectionStrings.ConnectionString connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return new() { ConnectionString = connectionString.ToString(), Parsed = connectionString };
    }

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"DestinationOptions {{ IdleTimeout = {IdleTimeout}, QuietTime = {QuietTime}, MaxConcurrentOperations = {MaxConcurrentOperations} }}"
        );
}

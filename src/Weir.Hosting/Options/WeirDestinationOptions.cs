namespace Weir.Hosting;

/// <summary>A destination in the configuration; see <see cref="Weir.Pooling.Destinations.DestinationOptions"/>.</summary>
public sealed class WeirDestinationOptions
{
    /// <summary>Where it is, in clear or encrypted. Required.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How long nobody may hold a lease before the pools are closed. Default 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long nothing may have been heard of it before a lease asks. Default 30 s.</summary>
    public TimeSpan QuietTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Operations at the same time; 0 (the default): as many as there are connections.</summary>
    public int MaxConcurrentOperations { get; set; }
}

namespace Weir.Hosting.Listeners;

/// <summary>Where drivers in this process, or beside it, reach a destination's pools.</summary>
public sealed class WeirListenerOptions
{
    /// <summary>The destination.</summary>
    public required string Destination { get; set; }

    /// <summary>
    /// The unix socket's path; only this user may connect. Default: <c>weir-PROCESS-DESTINATION.sock</c> in the folder
    /// for temporary files.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>How long a stop waits for exchanges that are under way. Default 10 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

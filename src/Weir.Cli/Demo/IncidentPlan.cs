using Weir.Sandbox;

namespace Weir.Cli.Demo;

/// <summary>The measures of the incident that <c>weir demo</c> runs.</summary>
internal sealed record IncidentPlan
{
    /// <summary>The limit of an Atlas M0 cluster.</summary>
    public const int ConnectionLimit = 500;

    /// <summary>The default of most drivers.</summary>
    public const int ClientPoolSize = 100;

    public int Restarts { get; init; } = 5;

    /// <summary>Between two restarts.</summary>
    public TimeSpan Steady { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long old and new processes run side by side, once the new ones are up.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The server: each command takes it 5 ms.</summary>
    public SandboxOptions Sandbox { get; } =
        new() { MaxConnections = ConnectionLimit, Latency = TimeSpan.FromMilliseconds(5) };

    /// <summary>
    /// A client as the incident had it: nothing set but what the driver's default was. (Before
    /// <c>maxConnecting</c> came, a driver opened as many connections at once as were asked for.)
    /// </summary>
    public static string ClientUri(string uri)
    {
        var separator = uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return $"{uri}{separator}maxPoolSize={ClientPoolSize}&maxConnecting={ClientPoolSize}&minPoolSize=0&waitQueueTimeoutMS=5000";
    }
}

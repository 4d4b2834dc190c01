using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Topologies;

/// <summary>How servers are monitored.</summary>
internal sealed record MonitorSettings
{
    /// <summary>The shortest time between two checks of a server; the specification allows no other.</summary>
    public static readonly TimeSpan MinHeartbeatFrequency = TimeSpan.FromMilliseconds(500);

    /// <summary>The time between two checks.</summary>
    public TimeSpan HeartbeatFrequency { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to connect, and to wait for an answer; zero means for ever.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether servers may be asked to answer when something changes.</summary>
    public bool Streaming { get; init; } = true;

    /// <summary>How long an answer may take that the server holds back until there is news.</summary>
    public TimeSpan AwaitedTimeout =>
        ConnectTimeout == TimeSpan.Zero ? TimeSpan.Zero : ConnectTimeout + HeartbeatFrequency;

    public static MonitorSettings From(ConnectionString connectionString)
    {
        var defaults = new MonitorSettings();
        return new MonitorSettings
        {
            HeartbeatFrequency = connectionString.HeartbeatFrequency ?? defaults.HeartbeatFrequency,
            ConnectTimeout = connectionString.ConnectTimeout ?? defaults.ConnectTimeout,
            Streaming = connectionString.ServerMonitoringMode switch
            {
                ServerMonitoringMode.Stream => true,
                ServerMonitoringMode.Poll => false,
                _ => !FunctionService.IsPresent(Environment.GetEnvironmentVariable),
            },
        };
    }
}

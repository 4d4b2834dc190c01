namespace Weir.Pooling.ConnectionStrings;

/// <summary>How servers are monitored (<c>serverMonitoringMode</c>).</summary>
public enum ServerMonitoringMode
{
    /// <summary>Streaming where the server can, but polling in a function-as-a-service environment.</summary>
    Auto,

    /// <summary>The server answers hello when something changes.</summary>
    Stream,

    /// <summary>Hello is asked at the heartbeat frequency.</summary>
    Poll,
}

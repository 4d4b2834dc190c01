using System.Diagnostics;

namespace Weir.Proxy.Metrics;

/// <summary>
/// The source of the pooler's spans, one for each exchange, named by OpenTelemetry's conventions for database clients.
/// While nobody listens there are none, and they cost nothing.
/// </summary>
public static class ProxyTraces
{
    /// <summary>What a listener, or OpenTelemetry's <c>AddSource</c>, asks for.</summary>
    public const string SourceName = "Weir.Proxy";

    internal static readonly ActivitySource Source = new(SourceName);
}

using System.Diagnostics;

namespace Weir.Pooling.Metrics;

/// <summary>
/// The source of the spans of Weir's own commands (a lease's, a sync job's, a worker's), one for each command, named by
/// OpenTelemetry's conventions for database clients. While nobody listens there are none, and they cost nothing.
/// </summary>
public static class CommandTraces
{
    /// <summary>What a listener, or OpenTelemetry's <c>AddSource</c>, asks for.</summary>
    public const string SourceName = "Weir.Pooling";

    internal static readonly ActivitySource Source = new(SourceName);
}

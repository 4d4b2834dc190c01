namespace Weir.Admin;

/// <summary>An OpenTelemetry collector that takes metrics and, if it is to, traces. Immutable.</summary>
/// <param name="Endpoint">
/// Where it is: <c>http://host:4317</c> for gRPC, <c>http://host:4318</c> for HTTP, to which <c>/v1/metrics</c> and
/// <c>/v1/traces</c> are added.
/// </param>
/// <param name="UseHttp">Whether it takes protobuf over HTTP instead of gRPC.</param>
/// <param name="Interval">The time between two exports of metrics.</param>
/// <param name="TraceRatio">The share of exchanges that there are spans of, 0 to 1; 0: it is sent none.</param>
public sealed record OtlpSettings(Uri Endpoint, bool UseHttp, TimeSpan Interval, double TraceRatio = 0)
{
    /// <summary>Whether spans are sent. Their share is for the proxy to keep: a sampler would have each made first.</summary>
    public bool ExportsTraces => TraceRatio > 0;
}

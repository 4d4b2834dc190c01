namespace Weir.Admin;

/// <summary>An OpenTelemetry collector that takes metrics and, if it is to, traces. Immutable.</summary>
/// <param name="Endpoint">
/// Where it is: <c>http://host:4317</c> for gRPC, <c>http://host:4318</c> for HTTP, to which <c>/v1/metrics</c> and
/// <c>/v1/traces</c> are added.
/// </param>
/// <param name="UseHttp">Whether it takes protobuf over HTTP instead of gRPC.</param>
/// <param name="Interval">The time between two exports of metrics.</param>
/// <param name="TraceRatio">The share of exchanges that it is sent spans of, from 0 to 1.</param>
public sealed record OtlpSettings(Uri Endpoint, bool UseHttp, TimeSpan Interval, double TraceRatio = 0);

namespace Weir.Cli.Configuration;

/// <summary>An OpenTelemetry collector that takes metrics.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="UseHttp">Whether it takes protobuf over HTTP instead of gRPC.</param>
/// <param name="Interval">The time between two exports.</param>
internal sealed record OtlpSettings(Uri Endpoint, bool UseHttp, TimeSpan Interval);

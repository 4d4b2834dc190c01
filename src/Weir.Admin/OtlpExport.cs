using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Weir.Pooling.Metrics;
using Weir.Proxy.Metrics;

namespace Weir.Admin;

/// <summary>Sends Weir's metrics to an OpenTelemetry collector. Disposing sends what is left and ends it.</summary>
public sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _provider;

    /// <summary>Begins; a collector that is not there is tried again at the next interval.</summary>
    /// <param name="endpoint">
    /// Where the collector is: <c>http://host:4317</c> for gRPC; with the protocol http/protobuf the whole URL,
    /// <c>http://host:4318/v1/metrics</c>.
    /// </param>
    /// <param name="useHttp">Whether it takes protobuf over HTTP instead of gRPC.</param>
    /// <param name="interval">The time between two exports.</param>
    public OtlpExport(Uri endpoint, bool useHttp, TimeSpan interval) =>
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("weir", serviceVersion: Version))
            .AddMeter(PoolingMetrics.MeterName, ProxyMetrics.MeterName, "System.Runtime")
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    exporter.Endpoint = endpoint;
                    exporter.Protocol = useHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                        interval.TotalMilliseconds;
                }
            )
            .Build();

    /// <summary>Sends what there is and ends.</summary>
    public void Dispose() => _provider.Dispose();

    private static string Version => typeof(OtlpExport).Assembly.GetName().Version?.ToString(3) ?? "";
}

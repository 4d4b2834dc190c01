using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Weir.Pooling.Metrics;
using Weir.Proxy.Metrics;

namespace Weir.Admin;

/// <summary>
/// Sends Weir's metrics, and the spans of its exchanges if it is to, to an OpenTelemetry collector. Disposing sends
/// what is left and ends it.
/// </summary>
public sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _metrics;
    private readonly TracerProvider? _traces;

    /// <summary>Begins; a collector that is not there is tried again at the next interval.</summary>
    public OtlpExport(OtlpSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(PoolingMetrics.MeterName, ProxyMetrics.MeterName, "System.Runtime")
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    Address(exporter, settings, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                        settings.Interval.TotalMilliseconds;
                }
            )
            .Build();
        // Without a listener the exchanges are not traced at all; of which there are spans, the proxy has chosen.
        if (settings.ExportsTraces)
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe)
                .AddSource(ProxyTraces.SourceName)
                .SetSampler(new AlwaysOnSampler())
                .AddOtlpExporter(exporter => Address(exporter, settings, "v1/traces"))
                .Build();
    }

    /// <summary>Sends what there is and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics.Dispose();
    }

    private static void Describe(ResourceBuilder resource) =>
        resource.AddService(
            "weir",
            serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3) ?? ""
        );

    private static void Address(OtlpExporterOptions exporter, OtlpSettings settings, string signal)
    {
        exporter.Protocol = settings.UseHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = settings.UseHttp
            ? new Uri(settings.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + signal)
            : settings.Endpoint;
    }
}

using Weir.Admin;

namespace Weir.Cli.Configuration;

/// <summary>Reads the section <c>telemetry</c>.</summary>
internal static class TelemetryReader
{
    public static TelemetrySettings Read(JsonSection root)
    {
        var defaults = new TelemetrySettings();
        if (!root.TryTake("telemetry", out var element))
        {
            return defaults;
        }

        var section = root.Section("telemetry", element);
        var log = section.Integer(
            "connectionLogSeconds",
            0,
            86_400,
            (long)defaults.ConnectionLog.TotalSeconds
        );
        var slow = section.Integer("slowMillis", 0, 3_600_000, (long)defaults.Slow.TotalMilliseconds);
        var settings = new TelemetrySettings
        {
            ConnectionLog = TimeSpan.FromSeconds(log),
            Slow = slow == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(slow),
            Otlp = ReadOtlp(section),
        };
        section.End("connectionLogSeconds", "slowMillis", "otlp");
        return settings;
    }

    private static OtlpSettings? ReadOtlp(JsonSection telemetry)
    {
        if (!telemetry.TryTake("otlp", out var element))
        {
            return null;
        }

        var section = telemetry.Section("otlp", element);
        var text = section.RequiredString("endpoint");
        var protocol = section.String("protocol") ?? "grpc";
        var seconds = section.Integer("seconds", 1, 3600, 60);
        var ratio = section.Number("traceRatio", 0, 1, 0);
        section.End("endpoint", "protocol", "seconds", "traceRatio");
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            || endpoint.Scheme is not ("http" or "https")
        )
        {
            section.Error("endpoint", "must be a URL with http or https");
            return null;
        }

        if (endpoint.AbsolutePath.TrimEnd('/').EndsWith("/v1/metrics", StringComparison.Ordinal))
        {
            section.Error("endpoint", "is the collector's own address: Weir adds /v1/metrics and /v1/traces");
        }

        if (protocol is not ("grpc" or "http/protobuf"))
        {
            section.Error("protocol", "must be grpc or http/protobuf");
        }

        return new OtlpSettings(endpoint, protocol == "http/protobuf", TimeSpan.FromSeconds(seconds), ratio);
    }
}

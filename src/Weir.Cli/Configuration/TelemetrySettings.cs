using Weir.Admin;

namespace Weir.Cli.Configuration;

/// <summary>What Weir tells of itself without being asked.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>The time between two lines about connections in the log; zero: none are written.</summary>
    public TimeSpan ConnectionLog { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>From this duration on an exchange is kept as slow; infinite: none is.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Where metrics and traces are sent; null: nowhere.</summary>
    public OtlpSettings? Otlp { get; init; }
}

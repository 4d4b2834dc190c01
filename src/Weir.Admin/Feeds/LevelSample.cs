using System.Text.Json;

namespace Weir.Admin.Feeds;

/// <summary>The level at one moment, and the rates since the sample before. Immutable.</summary>
internal sealed record LevelSample
{
    public required DateTimeOffset At { get; init; }

    public required int Clients { get; init; }

    public required int InUse { get; init; }

    public required int Idle { get; init; }

    public required int Pending { get; init; }

    /// <summary>Requests that wait: for a connection, or for a pause to end.</summary>
    public required int Waiting { get; init; }

    /// <summary>Connections that all pools may have together; 0: some pool has no limit.</summary>
    public required int Limit { get; init; }

    public required double ExchangesPerSecond { get; init; }

    public required double ErrorsPerSecond { get; init; }

    /// <summary>Connections opened and closed per second: churn.</summary>
    public required double OpenedPerSecond { get; init; }

    /// <inheritdoc cref="OpenedPerSecond"/>
    public required double ClosedPerSecond { get; init; }

    /// <summary>Half of the exchanges since the last sample were faster; milliseconds; null: there were none.</summary>
    public required double? MedianMillis { get; init; }

    /// <summary>99 of 100 were.</summary>
    public required double? SlowestMillis { get; init; }

    /// <summary>99 of 100 check-outs waited less.</summary>
    public required double? WaitMillis { get; init; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("at", At.ToUnixTimeMilliseconds());
        json.WriteNumber("clients", Clients);
        json.WriteNumber("inUse", InUse);
        json.WriteNumber("idle", Idle);
        json.WriteNumber("pending", Pending);
        json.WriteNumber("waiting", Waiting);
        json.WriteNumber("limit", Limit);
        json.WriteNumber("exchangesPerSecond", Math.Round(ExchangesPerSecond, 1));
        json.WriteNumber("errorsPerSecond", Math.Round(ErrorsPerSecond, 1));
        json.WriteNumber("openedPerSecond", Math.Round(OpenedPerSecond, 1));
        json.WriteNumber("closedPerSecond", Math.Round(ClosedPerSecond, 1));
        WriteOptional(json, "p50Millis", MedianMillis);
        WriteOptional(json, "p99Millis", SlowestMillis);
        WriteOptional(json, "waitP99Millis", WaitMillis);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

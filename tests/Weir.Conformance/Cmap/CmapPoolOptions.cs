using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weir.Pooling.Pools;

namespace Weir.Conformance.Cmap;

/// <summary>The options of a case's pool, under the specification's names.</summary>
internal sealed record CmapPoolOptions
{
    public int? MaxPoolSize { get; init; }

    public int? MinPoolSize { get; init; }

    [JsonPropertyName("maxIdleTimeMS")]
    public int? MaxIdleTimeMs { get; init; }

    public int? MaxConnecting { get; init; }

    [JsonPropertyName("waitQueueTimeoutMS")]
    public int? WaitQueueTimeoutMs { get; init; }

    [JsonPropertyName("backgroundThreadIntervalMS")]
    public int? BackgroundThreadIntervalMs { get; init; }

    public string? AppName { get; init; }

    /// <summary>The pool's own options, where the case says nothing with the specification's defaults.</summary>
    public PoolOptions ToPoolOptions()
    {
        var defaults = PoolOptions.Specification;
        return defaults with
        {
            MaxPoolSize = MaxPoolSize ?? defaults.MaxPoolSize,
            MinPoolSize = MinPoolSize ?? defaults.MinPoolSize,
            MaxIdleTime = Milliseconds(MaxIdleTimeMs) ?? defaults.MaxIdleTime,
            MaxConnecting = MaxConnecting ?? defaults.MaxConnecting,
            WaitQueueTimeout = Milliseconds(WaitQueueTimeoutMs) ?? defaults.WaitQueueTimeout,
            MaintenanceInterval = BackgroundThreadIntervalMs switch
            {
                null => defaults.MaintenanceInterval,
                0 => throw new InvalidDataException("backgroundThreadIntervalMS must not be 0"),
                < 0 => Timeout.InfiniteTimeSpan,
                _ => Milliseconds(BackgroundThreadIntervalMs),
            },
        };
    }

    /// <summary>The options that an event tells of: those that are not the specification's defaults.</summary>
    public static JsonObject ToJson(PoolOptions options)
    {
        var defaults = PoolOptions.Specification;
        var json = new JsonObject();
        Add("maxPoolSize", options.MaxPoolSize, defaults.MaxPoolSize);
        Add("minPoolSize", options.MinPoolSize, defaults.MinPoolSize);
        Add("maxConnecting", options.MaxConnecting, defaults.MaxConnecting);
        Add(
            "maxIdleTimeMS",
            (int)options.MaxIdleTime.TotalMilliseconds,
            (int)defaults.MaxIdleTime.TotalMilliseconds
        );
        Add(
            "waitQueueTimeoutMS",
            (int)options.WaitQueueTimeout.TotalMilliseconds,
            (int)defaults.WaitQueueTimeout.TotalMilliseconds
        );
        return json;

        void Add(string name, int value, int standard)
        {
            if (value != standard)
            {
                json[name] = value;
            }
        }
    }

    private static TimeSpan? Milliseconds(int? value) =>
        value is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
}

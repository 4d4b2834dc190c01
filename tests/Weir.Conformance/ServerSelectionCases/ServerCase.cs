using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>A server as the cases write it.</summary>
internal sealed record ServerCase
{
    public required string Address { get; init; }

    public required string Type { get; init; }

    [JsonPropertyName("avg_rtt_ms")]
    public double? AverageRoundTrip { get; init; }

    public long? LastUpdateTime { get; init; }

    public int? MaxWireVersion { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public JsonElement? LastWrite { get; init; }

    public ServerDescription ToDescription() =>
        new()
        {
            Address = ServerAddress.Parse(Address),
            Type = Enum.Parse<ServerType>(Type),
            RoundTripTime = AverageRoundTrip is { } rtt ? TimeSpan.FromMilliseconds(rtt) : null,
            LastUpdateTime = TimeSpan.FromMilliseconds(LastUpdateTime ?? 0),
            // A file that does not say means a version that fits.
            MinWireVersion = 0,
            MaxWireVersion = MaxWireVersion ?? WireVersions.Max,
            Tags = Tags ?? new Dictionary<string, string>(),
            LastWriteDate = LastWrite is { } write
                ? DateTime.UnixEpoch.AddMilliseconds(
                    long.Parse(
                        write.GetProperty("lastWriteDate").GetProperty("$numberLong").GetString()!,
                        CultureInfo.InvariantCulture
                    )
                )
                : null,
        };
}

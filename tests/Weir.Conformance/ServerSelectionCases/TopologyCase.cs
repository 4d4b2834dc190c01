using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>A topology as the cases of server selection and max staleness write it.</summary>
internal sealed record TopologyCase
{
    public required string Type { get; init; }

    public required IReadOnlyList<ServerCase> Servers { get; init; }

    public TopologyDescription ToDescription() =>
        new() { Type = Enum.Parse<TopologyType>(Type), Servers = [.. Servers.Select(s => s.ToDescription())] };
}

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

/// <summary>A read preference as the cases write it.</summary>
internal sealed record ReadPreferenceCase
{
    public string? Mode { get; init; }

    [JsonPropertyName("tag_sets")]
    public IReadOnlyList<IReadOnlyDictionary<string, string>>? TagSets { get; init; }

    public double? MaxStalenessSeconds { get; init; }

    public ReadPreference ToReadPreference() =>
        ReadPreference.Create(
            Mode is null ? ReadPreferenceMode.Primary : Enum.Parse<ReadPreferenceMode>(Mode),
            TagSets?.Select(t => new TagSet(t)).ToList(),
            MaxStalenessSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null
        );
}

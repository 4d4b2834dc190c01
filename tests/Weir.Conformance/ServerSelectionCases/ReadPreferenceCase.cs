using System.Text.Json.Serialization;
using Weir.Pooling.Selection;

namespace Weir.Conformance.ServerSelectionCases;

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

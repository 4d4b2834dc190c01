using System.Text.Json;

namespace Weir.Conformance.SeedlistCases;

/// <summary>A case of initial-dns-seedlist-discovery, as its file writes it.</summary>
internal sealed record SeedlistCase
{
    public required string Uri { get; init; }

    /// <summary>The hosts that DNS tells of.</summary>
    public string[]? Seeds { get; init; }

    public int? NumSeeds { get; init; }

    /// <summary>The servers of the topology once they have been heard.</summary>
    public string[]? Hosts { get; init; }

    public int? NumHosts { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }

    /// <summary>What the parts of the string other than its options say.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("parsed_options")]
    public IReadOnlyDictionary<string, string>? ParsedOptions { get; init; }

    public bool Error { get; init; }

    public bool? Ping { get; init; }

    public string? Comment { get; init; }
}

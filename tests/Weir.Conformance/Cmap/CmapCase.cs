using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Conformance.Cmap;

/// <summary>A case in the format of the connection monitoring and pooling specification.</summary>
internal sealed record CmapCase
{
    public required int Version { get; init; }

    public required CmapStyle Style { get; init; }

    public required string Description { get; init; }

    /// <summary>Which servers the case is for. The test's own server stands for any of them.</summary>
    public IReadOnlyList<ServerRequirement> RunOn { get; init; } = [];

    public JsonElement? FailPoint { get; init; }

    public CmapPoolOptions PoolOptions { get; init; } = new();

    public required IReadOnlyList<CmapOperation> Operations { get; init; }

    public CmapError? Error { get; init; }

    public IReadOnlyList<JsonElement> Events { get; init; } = [];

    public IReadOnlyList<string> Ignore { get; init; } = [];

    internal sealed record ServerRequirement
    {
        public string? MinServerVersion { get; init; }

        public string? MaxServerVersion { get; init; }

        public IReadOnlyList<string>? Topology { get; init; }
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<CmapStyle>))]
internal enum CmapStyle
{
    [JsonStringEnumMemberName("unit")]
    Unit,

    [JsonStringEnumMemberName("integration")]
    Integration,
}

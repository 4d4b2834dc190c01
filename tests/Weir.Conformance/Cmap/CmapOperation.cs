using System.Text.Json.Serialization;

namespace Weir.Conformance.Cmap;

/// <summary>One step of a case; which properties it has depends on its name.</summary>
internal sealed record CmapOperation
{
    public required string Name { get; init; }

    public string? Thread { get; init; }

    public string? Target { get; init; }

    [JsonPropertyName("ms")]
    public int? Milliseconds { get; init; }

    public string? Event { get; init; }

    public int? Count { get; init; }

    public int? Timeout { get; init; }

    public string? Label { get; init; }

    public string? Connection { get; init; }

    public bool? InterruptInUseConnections { get; init; }
}

namespace Weir.Conformance.Cmap;

/// <summary>The error that the main thread is expected to end with.</summary>
internal sealed record CmapError
{
    public string? Type { get; init; }

    public string? Message { get; init; }

    public string? Address { get; init; }
}

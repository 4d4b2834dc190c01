namespace Weir.Cli.Demo;

/// <summary>What a client process did since its last report; one line of JSON on its standard output.</summary>
internal sealed record ClientReport
{
    public int Operations { get; init; }
    public int Errors { get; init; }

    /// <summary>The first error since the last report, if there was one.</summary>
    public string? Error { get; init; }

    /// <summary>Microseconds of each operation that succeeded.</summary>
    public IReadOnlyList<int> Latencies { get; init; } = [];
}

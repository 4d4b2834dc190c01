namespace Weir.Bench;

/// <summary>What one load measured; times in microseconds.</summary>
internal sealed record LoadResult
{
    public required long Operations { get; init; }
    public required long Errors { get; init; }
    public required double Seconds { get; init; }
    public required long P50 { get; init; }
    public required long P99 { get; init; }

    /// <summary>What the slowest client got done, as a share of what the one in the middle did.</summary>
    public required double SlowestShare { get; init; }

    public double PerSecond => Operations / Seconds;
}

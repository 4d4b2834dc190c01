namespace Weir.Doctor.Source;

/// <summary>What a code base showed.</summary>
public sealed record SourceReport
{
    /// <summary>The folder that was read.</summary>
    public required string Folder { get; init; }

    /// <summary>Source files read.</summary>
    public required int Files { get; init; }

    /// <summary>Start scripts and the like that were read.</summary>
    public required int Scripts { get; init; }

    /// <summary>Places where a MongoDB client is made.</summary>
    public required int Clients { get; init; }

    /// <summary>What was left out: files that are too large, or beyond the most that are read.</summary>
    public required int Skipped { get; init; }

    /// <summary>What is wrong, worst first, then by place.</summary>
    public required IReadOnlyList<SourceFinding> Findings { get; init; }
}

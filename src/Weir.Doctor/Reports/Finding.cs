namespace Weir.Doctor.Reports;

/// <summary>Something that is wrong, why, and what to change.</summary>
public sealed record Finding
{
    /// <summary>Its kind: <c>unbounded-pools</c>, say; docs/doctor.md lists them.</summary>
    public required string Kind { get; init; }

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>What it is about: an application, or a server.</summary>
    public required string Subject { get; init; }

    /// <summary>The finding in one sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What was seen.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>How this comes about.</summary>
    public required string Cause { get; init; }

    /// <summary>The change that ends it: options, code or commands.</summary>
    public required IReadOnlyList<string> Change { get; init; }

    /// <summary>The servers that show it.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];
}

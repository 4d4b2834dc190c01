namespace Weir.Conformance.ConnectionStringCases;

/// <summary>A case file that is a list called "tests", and nothing else.</summary>
internal sealed record CaseFile<T>
{
    public required IReadOnlyList<T> Tests { get; init; }
}

namespace Weir.Conformance;

/// <summary>A file of specification cases.</summary>
/// <param name="Name">What to call it in a test's name: its path within the suite, without extension.</param>
/// <param name="Path">Where it is.</param>
internal sealed record SpecFile(string Name, string Path)
{
    /// <summary>The name of a test: the file and the case within it.</summary>
    public string Case(string description) => $"{Name}: {description}";

    public override string ToString() => Name;
}

namespace Weir.Doctor.Source.Code;

/// <summary>A source file, and the places of it that matter here. Read once; not thread-safe.</summary>
internal abstract class SourceFile(string path, string text, SourceLanguage language)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>Relative to the folder that is read.</summary>
    public string Path { get; } = path;

    public SourceLanguage Language { get; } = language;

    /// <summary>The places where a MongoDB client is made.</summary>
    public abstract IReadOnlyList<Creation> Creations { get; }

    /// <summary>The places where a client is closed, in a <c>finally</c> or the like, while others may work on it.</summary>
    public abstract IEnumerable<Place> Closings { get; }

    /// <summary>The places where functions are called, by the functions' names.</summary>
    public abstract IEnumerable<(string Name, Place Place)> Calls { get; }

    public string LineAt(int line) => line <= _lines.Length ? _lines[line - 1].Trim() : "";
}

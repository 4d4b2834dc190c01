namespace Weir.Doctor.Source.Scripts;

/// <summary>A start script, a Procfile, a compose file or the scripts of a package.json, line by line.</summary>
/// <param name="Path">Relative to the folder that is read.</param>
/// <param name="Lines">Its lines, without comments; empty where there is nothing.</param>
internal sealed record ScriptFile(string Path, IReadOnlyList<string> Lines)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsProcfile => Name.StartsWith("Procfile", StringComparison.Ordinal);

    public bool IsPackage => Name == "package.json";

    public bool IsCompose =>
        Path.EndsWith(".yml", StringComparison.Ordinal) || Path.EndsWith(".yaml", StringComparison.Ordinal);

    public static ScriptFile Read(string path, string text) =>
        new(
            path,
            [.. text.Split('\n').Select(line => line.Trim()).Select(line => line.StartsWith('#') ? "" : line)]
        );
}

using Weir.Sync.Jobs;

namespace Weir.Sync.Configuration;

/// <summary>Reads <c>sync.yaml</c>, or the <c>sync</c> section of <c>weir.json</c>; docs/sync.md describes them.</summary>
public static class SyncFile
{
    private const string Section = "sync";

    /// <exception cref="SyncConfigurationException">It cannot be read, or has errors: all of them.</exception>
    public static SyncSettings Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SyncConfigurationException(path, [$": cannot be read: {e.Message}"]);
        }
    }

    /// <param name="source">The file's name, which errors begin with. <c>.json</c> is read as JSON.</param>
    /// <param name="text">What stands in it.</param>
    /// <exception cref="SyncConfigurationException">It has errors: all of them.</exception>
    public static SyncSettings Parse(string source, string text)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(text);
        var errors = new ConfigErrors(source);
        var isJson = source.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var root = isJson ? JsonConfig.Parse(text, errors) : YamlConfig.Parse(text, errors);
        if (root is null)
        {
            throw errors.ToException();
        }
        // weir.json has the pooler's keys beside.
        if (root.Members.FirstOrDefault(m => m.Name == Section) is { Value: { } section })
        {
            root = section;
        }
        else if (
            isJson
            && root.Members.Count > 0
            && !root.Members.Any(m => SettingsReader.Keys.Contains(m.Name))
        )
        {
            errors.Add(root.Line, Section, "is missing");
            throw errors.ToException();
        }
        var settings = SettingsReader.Read(new ConfigSection(root, "", errors));
        return errors.Any ? throw errors.ToException() : settings;
    }
}

namespace Weir.Sync.Configuration;

/// <summary>The errors found in one file. Not thread-safe.</summary>
internal sealed class ConfigErrors(string source)
{
    private readonly List<(int Line, string Text)> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(int line, string key, string message) =>
        _errors.Add((line, key.Length == 0 ? message : $"{key}: {message}"));

    /// <summary>All of them, in the order of the lines.</summary>
    public SyncConfigurationException ToException() =>
        new(source, [.. _errors.OrderBy(e => e.Line).Select(e => $":{e.Line}: {e.Text}")]);
}

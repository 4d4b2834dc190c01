namespace Weir.Cli.Configuration;

/// <summary>The errors of one configuration, each with the key it is about. Not thread-safe.</summary>
internal sealed class ConfigurationErrors(string source)
{
    private readonly List<(string Key, string Message)> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Whether there is one about a key inside that object.</summary>
    public bool AnyIn(string path) =>
        _errors.Any(error => error.Key.StartsWith(path + ".", StringComparison.Ordinal));

    public void Add(string key, string message) => _errors.Add((key, message));

    /// <summary>Adds an error of the form "key: message", unless there is one about that key already.</summary>
    public void AddUnlessKnown(string error)
    {
        var colon = error.IndexOf(':', StringComparison.Ordinal);
        var key = error[..colon];
        if (!_errors.Any(known => known.Key == key))
        {
            Add(key, error[(colon + 1)..].TrimStart());
        }
    }

    public ConfigurationException ToException() =>
        new(source, [.. _errors.Select(error => $"{error.Key}: {error.Message}")]);
}

using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Sync.Configuration;

/// <summary>
/// A mapping that is being read: keys are taken from it, and every error is noted with its line and path, in the end
/// every key that nobody took. Not thread-safe.
/// </summary>
internal sealed class ConfigSection
{
    private readonly Dictionary<string, ConfigMember> _left = [];
    private readonly Dictionary<string, int> _lines = [];
    private readonly ConfigErrors _errors;
    private readonly string _path;

    public ConfigSection(ConfigNode node, string path, ConfigErrors errors)
    {
        _path = path;
        _errors = errors;
        Line = node.Line;
        if (node.Kind != ConfigKind.Mapping)
        {
            errors.Add(node.Line, path, $"must be a mapping, is {node.Shown}");
            return;
        }
        foreach (var member in node.Members)
        {
            _lines.TryAdd(member.Name, member.Line);
            if (!_left.TryAdd(member.Name, member))
            {
                errors.Add(member.Line, PathOf(member.Name), "is there twice");
            }
        }
    }

    public int Line { get; }

    public string PathOf(string key) =>
        _path.Length == 0 ? key
        : key.Length == 0 ? _path
        : $"{_path}.{key}";

    /// <summary>The keys that nobody took yet.</summary>
    public IReadOnlyCollection<string> Names => _left.Keys;

    public bool Has(string key) => _left.ContainsKey(key);

    public ConfigNode? Take(string key) => _left.Remove(key, out var member) ? member.Value : null;

    /// <summary>Notes an error, by the key's line unless told another; of a key that is not there, by the section's.</summary>
    public void Error(string key, string message, int line = 0) =>
        _errors.Add(line > 0 ? line : _lines.GetValueOrDefault(key, Line), PathOf(key), message);

    /// <summary>A section of its own under the key; <see langword="null"/> when there is none.</summary>
    public ConfigSection? Section(string key) =>
        Take(key) is { } node ? new ConfigSection(node, PathOf(key), _errors) : null;

    /// <summary>What stands under the key, name by name; with an error noted when it is no mapping.</summary>
    public IEnumerable<ConfigMember> Members(string key)
    {
        if (Take(key) is not { } node)
        {
            Error(key, "is missing");
            return [];
        }
        if (node.Kind != ConfigKind.Mapping || node.Members.Count == 0)
        {
            Error(key, $"must be a mapping with at least one entry, is {node.Shown}", node.Line);
            return [];
        }
        return node.Members;
    }

    /// <summary>The same section reader for a value below this one.</summary>
    public ConfigSection Inside(string path, ConfigNode node) => new(node, PathOf(path), _errors);

    public string? Text(string key)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        if (node is { Kind: ConfigKind.Text, Text.Length: > 0 })
        {
            return WithVariables(key, node);
        }
        Error(key, $"must be a text that is not empty, is {node.Shown}", node.Line);
        return null;
    }

    /// <summary>A text, or a number as it is written.</summary>
    public string? ScalarText(string key) =>
        _left.TryGetValue(key, out var member) && member.Value.Kind == ConfigKind.Number
            ? Take(key)!.Text
            : Text(key);

    public string RequiredText(string key)
    {
        if (!Has(key))
        {
            Error(key, "is missing");
        }
        return Text(key) ?? "";
    }

    public long? Integer(string key, long least, long most)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        if (
            node.Kind == ConfigKind.Number
            && long.TryParse(
                node.Text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number >= least
            && number <= most
        )
        {
            return number;
        }
        Error(key, $"must be a whole number from {least} to {most}, is {node.Shown}", node.Line);
        return null;
    }

    public bool? Boolean(string key)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        if (node.Kind == ConfigKind.Boolean)
        {
            return node.Text == "true";
        }
        Error(key, $"must be true or false, is {node.Shown}", node.Line);
        return null;
    }

    /// <summary>A length of time: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>, <c>500ms</c>.</summary>
    public TimeSpan? Duration(string key)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        if (node.Kind == ConfigKind.Text && Durations.TryParse(node.Text, out var duration))
        {
            return duration;
        }
        Error(key, $"must be a duration such as 500ms, 90s, 15m, 2h or 1d, is {node.Shown}", node.Line);
        return null;
    }

    /// <summary>One of the words of an enum, in camel case.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        foreach (var value in Enum.GetValues<T>())
        {
            if (node.Kind == ConfigKind.Text && node.Text == WordOf(value))
            {
                return value;
            }
        }
        var words = string.Join(", ", Enum.GetValues<T>().Select(WordOf));
        Error(key, $"must be one of {words}, is '{node.Text}'", node.Line);
        return null;
    }

    /// <summary>A text, or a list of texts.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        IReadOnlyList<ConfigNode> nodes = node.Kind == ConfigKind.List ? node.Items : [node];
        if (nodes.Count > 0 && nodes.All(n => n is { Kind: ConfigKind.Text, Text.Length: > 0 }))
        {
            return [.. nodes.Select(n => n.Text)];
        }
        Error(key, $"must be a text or a list of texts, is {node.Shown}", node.Line);
        return null;
    }

    /// <summary>A value as BSON; Extended JSON's wrappers (<c>{ $oid: … }</c>) count.</summary>
    public BsonValue? Value(string key) => Take(key) is { } node ? ValueOf(key, node) : null;

    public BsonDocument? Document(string key)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }
        if (node.Kind == ConfigKind.Mapping && ValueOf(key, node) is { IsDocument: true } value)
        {
            return value.AsDocument;
        }
        Error(key, $"must be a mapping, is {node.Shown}", node.Line);
        return null;
    }

    public BsonValue? ValueOf(string key, ConfigNode node)
    {
        try
        {
            return ExtendedJson.ParseValue(node.ToJson());
        }
        catch (ExtendedJsonException e)
        {
            Error(key, $"is no value that BSON has: {e.Message}", node.Line);
            return null;
        }
    }

    /// <summary>Says so for every key that was not taken.</summary>
    public void End(params string[] known)
    {
        foreach (var member in _left.Values)
        {
            var hint = string.Join(", ", known);
            Error(member.Name, $"is not known here (known: {hint})", member.Line);
        }
    }

    private static string WordOf<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    // ${NAME} in a text is the environment variable NAME, so that secrets need not stand in the file.
    private string? WithVariables(string key, ConfigNode node)
    {
        var text = node.Text;
        for (var start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; )
        {
            var end = text.IndexOf('}', start);
            var name = end < 0 ? "" : text[(start + 2)..end];
            if (end < 0 || Environment.GetEnvironmentVariable(name) is not { } value)
            {
                var what =
                    end < 0
                        ? "has '${' without '}'"
                        : $"names the environment variable {name}, which is not set";
                Error(key, what, node.Line);
                return null;
            }
            text = string.Concat(text.AsSpan(0, start), value, text.AsSpan(end + 1));
            start = text.IndexOf("${", start + value.Length, StringComparison.Ordinal);
        }
        return text;
    }
}

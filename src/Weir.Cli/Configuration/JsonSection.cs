using System.Text.Json;

namespace Weir.Cli.Configuration;

/// <summary>
/// An object of the configuration file that is being read: takes keys from it, notes every error with the
/// key's path, and in the end every key that nobody took. Not thread-safe.
/// </summary>
internal sealed class JsonSection
{
    private readonly Dictionary<string, JsonElement> _left = [];
    private readonly ConfigurationErrors _errors;
    private readonly string _path;

    public JsonSection(JsonElement element, string path, ConfigurationErrors errors)
    {
        _path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path.Length == 0 ? "the file" : path, $"must be an object, is {Kind(element)}");
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_left.TryAdd(property.Name, property.Value))
            {
                Error(property.Name, "is there twice");
            }
        }
    }

    /// <summary>An object inside this one.</summary>
    public JsonSection Section(string key, JsonElement element) => new(element, PathOf(key), _errors);

    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    public void Error(string key, string message) => _errors.Add(PathOf(key), message);

    public bool TryTake(string key, out JsonElement value) => _left.Remove(key, out value);

    public string? String(string key)
    {
        if (!TryTake(key, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return Environment(key, text);
        }

        Error(key, $"must be a text that is not empty, is {Kind(value)}");
        return null;
    }

    public string RequiredString(string key)
    {
        if (!_left.ContainsKey(key))
        {
            Error(key, "is missing");
        }

        return String(key) ?? "";
    }

    public long? OptionalInteger(string key, long least, long most) =>
        _left.ContainsKey(key) ? Integer(key, least, most, least) : null;

    public long Integer(string key, long least, long most, long otherwise)
    {
        if (!TryTake(key, out var value))
        {
            return otherwise;
        }

        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }

        Error(key, $"must be a whole number from {least} to {most}, is {Kind(value)}");
        return otherwise;
    }

    public double Number(string key, double least, double most, double otherwise)
    {
        if (!TryTake(key, out var value))
        {
            return otherwise;
        }

        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }

        Error(key, $"must be a number from {least} to {most}, is {Kind(value)}");
        return otherwise;
    }

    public bool Boolean(string key)
    {
        if (!TryTake(key, out var value))
        {
            return false;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Error(key, $"must be true or false, is {Kind(value)}");
        return false;
    }

    /// <summary>Whether an error was noted about a key of it.</summary>
    public bool HasErrors => _errors.AnyIn(_path);

    /// <summary>A list of texts; <see langword="null"/> when the key is not there.</summary>
    public IReadOnlyList<string>? Strings(string key)
    {
        if (!TryTake(key, out var value))
        {
            return null;
        }

        if (
            value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
        )
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }

        Error(key, $"must be a list of texts, is {Kind(value)}");
        return null;
    }

    /// <summary>Bytes in base64; none when the key is not there, or is something else.</summary>
    public byte[] Bytes(string key)
    {
        if (!TryTake(key, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
        {
            return bytes;
        }

        Error(key, "must be a text in base64");
        return [];
    }

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public T Choice<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (String(key) is not { } text)
        {
            return otherwise;
        }

        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToList();
        var index = names.IndexOf(text);
        if (index >= 0)
        {
            return Enum.GetValues<T>()[index];
        }

        Error(key, $"must be one of {string.Join(", ", names)}");
        return otherwise;
    }

    /// <summary>The sections of an array of objects; empty, with an error noted, when it is something else.</summary>
    public IEnumerable<JsonSection> Sections(string key, bool optional = false)
    {
        if (!TryTake(key, out var value))
        {
            if (!optional)
            {
                Error(key, "is missing");
            }

            yield break;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Error(key, $"must be a list, is {Kind(value)}");
            yield break;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            yield return new JsonSection(item, $"{PathOf(key)}[{index++}]", _errors);
        }

        if (index == 0 && !optional)
        {
            Error(key, "is empty");
        }
    }

    /// <summary>Says so for every key that was not taken.</summary>
    public void End(params string[] known)
    {
        foreach (var key in _left.Keys)
        {
            Error(key, $"is not known here (known: {string.Join(", ", known)})");
        }
    }

    // ${NAME} in a text is the environment variable NAME, so that secrets need not stand in the file.
    private string? Environment(string key, string text)
    {
        for (var start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; )
        {
            var end = text.IndexOf('}', start);
            if (end < 0)
            {
                Error(key, "has '${' without '}'");
                return null;
            }

            var name = text[(start + 2)..end];
            var value = System.Environment.GetEnvironmentVariable(name);
            if (value is null)
            {
                Error(key, $"names the environment variable {name}, which is not set");
                return null;
            }

            text = string.Concat(text.AsSpan(0, start), value, text.AsSpan(end + 1));
            start = text.IndexOf("${", start + value.Length, StringComparison.Ordinal);
        }

        return text;
    }

    // A value is shown only where it can't be a secret.
    private static string Kind(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => element.GetString() is { Length: 0 } ? "empty" : "a text",
            JsonValueKind.Null => "null",
            _ => element.GetRawText(),
        };
}

using System.Globalization;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>The options of one string, read to their types. Keys are the specification's names.</summary>
internal sealed class OptionList
{
    private readonly Dictionary<string, object> _values = [];
    private readonly HashSet<string> _written = [];
    private readonly HashSet<string> _keys = [];
    private readonly List<(UriOption Option, object Value)> _deprecated = [];
    private readonly List<string> _shown = [];

    public List<string> Warnings { get; } = [];

    /// <summary>The options that were written, with their own or their alias's canonical name.</summary>
    public IReadOnlyCollection<string> Written => _written;

    /// <summary>Keys that the specification does not have.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The options as they may be shown: secrets starred out, unknown values left out.</summary>
    public string Shown => string.Join('&', _shown);

    public static OptionList Parse(string text)
    {
        var list = new OptionList();
        var position = 0;
        foreach (var pair in text.Split('&'))
        {
            position++;
            if (pair.Length > 0)
            {
                list.Add(pair, position);
            }
        }
        list.ApplyDeprecated();
        return list;
    }

    /// <summary>Whether the option stands there, valid or not.</summary>
    public bool Has(string name) => _written.Contains(name);

    public T? Value<T>(string name)
        where T : struct => _values.TryGetValue(name, out var value) && value is T typed ? typed : null;

    public T? Reference<T>(string name)
        where T : class => _values.GetValueOrDefault(name) as T;

    private void Add(string pair, int position)
    {
        var equals = pair.IndexOf('=');
        if (equals <= 0)
        {
            // Neither the key nor the value is repeated: half a password may stand here.
            throw new ConnectionStringException(
                Position(position),
                equals < 0 ? "an '=' is missing" : "the name is missing"
            );
        }
        var key = pair[..equals];
        var lowerKey = key.ToLowerInvariant();
        if (UriOptions.Find(lowerKey) is not { } option)
        {
            if (key.AsSpan().ContainsAny("@/?"))
            {
                // No option has such a name, but the end of an unescaped password may look so.
                throw new ConnectionStringException(Position(position), "the name holds '@', '/' or '?'");
            }
            Unknown.Add(key);
            Warnings.Add($"Unsupported option '{key}' is ignored.");
            _shown.Add($"{key}=...");
            return;
        }
        var part = $"option {option.Name}";
        if (!PercentEncoding.TryDecode(pair[(equals + 1)..], out var text))
        {
            throw new ConnectionStringException(part, "malformed percent-encoding");
        }
        _shown.Add($"{key}={(option.IsSecret ? "***" : pair[(equals + 1)..])}");
        _written.Add(option.Name);
        var repeated = !_keys.Add(lowerKey);
        if (repeated && option.OnlyOnce)
        {
            throw new ConnectionStringException(part, "may be written only once");
        }
        if (repeated && !option.IsList)
        {
            Warnings.Add($"Option '{option.Name}' is repeated; the last valid value counts.");
        }
        Read(option, text, part);
    }

    private void Read(UriOption option, string text, string part)
    {
        if (text.Length == 0 && option.Empty != EmptyValue.Meaningful)
        {
            if (option.Empty == EmptyValue.Refused)
            {
                throw new ConnectionStringException(part, "the value is empty");
            }
            Warnings.Add($"Option '{option.Name}' has no value and is ignored.");
            if (option.OnlyOnce)
            {
                // The proxy's options: one of no length counts as one that is not there.
                _written.Remove(option.Name);
            }
            return;
        }
        var value = option.Read(text, new OptionNotes(option.Name, Warnings));
        if (value is null)
        {
            var shown = option.IsSecret ? "" : $" '{text}'";
            Warnings.Add($"Unsupported value{shown} of option '{option.Name}' is ignored.");
        }
        else if (option.IsDeprecatedName)
        {
            _deprecated.Add((option, value));
        }
        else
        {
            Store(option, value, part);
        }
    }

    private void Store(UriOption option, object value, string part)
    {
        if (option.IsList)
        {
            var list =
                (List<IReadOnlyDictionary<string, string>>?)_values.GetValueOrDefault(option.Name) ?? [];
            list.Add((IReadOnlyDictionary<string, string>)value);
            _values[option.Name] = list;
            return;
        }
        if (option.Name == "tls" && _values.TryGetValue("tls", out var before) && !before.Equals(value))
        {
            throw new ConnectionStringException(part, "tls and ssl are written with different values");
        }
        _values[option.Name] = value;
    }

    private static string Position(int position) =>
        string.Create(CultureInfo.InvariantCulture, $"option {position}");

    private void ApplyDeprecated()
    {
        foreach (var (option, value) in _deprecated)
        {
            if (option.Name == "gssapiServiceName")
            {
                Warnings.Add(
                    "Option 'gssapiServiceName' is deprecated, write authMechanismProperties=SERVICE_NAME:..."
                );
                var properties = Reference<Dictionary<string, string>>("authMechanismProperties");
                if (properties is null)
                {
                    properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                    _values["authMechanismProperties"] = properties;
                }
                properties.TryAdd("SERVICE_NAME", (string)value);
            }
            else if (_values.TryAdd(option.Name, value))
            {
                Warnings.Add($"Option 'wtimeout' is deprecated, write {option.Name}.");
            }
            else
            {
                Warnings.Add($"Option 'wtimeout' is deprecated and ignored beside {option.Name}.");
            }
        }
    }
}

using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ConnectionStringCases;

/// <summary>Compares an option of a case with the property of its name; keys have no case.</summary>
internal static class OptionAssert
{
    private static readonly Dictionary<string, PropertyInfo> Properties = typeof(ConnectionString)
        .GetProperties()
        .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    public static void Equal(string option, JsonElement expected, ConnectionString parsed) =>
        Assert.Equal(Expected(expected), Actual(option, parsed));

    private static string Actual(string option, ConnectionString parsed)
    {
        var concern = parsed.WriteConcern;
        switch (option.ToLowerInvariant())
        {
            case "ssl":
                return Shown(parsed.Tls);
            case "w":
                return Shown(concern.Mode ?? (object?)concern.Members);
            case "journal":
                return Shown(concern.Journal);
            case "wtimeoutms":
                return Shown(concern.WTimeoutMS);
        }
        var name = option.EndsWith("MS", StringComparison.OrdinalIgnoreCase) ? option[..^2] : option;
        Assert.True(
            Properties.TryGetValue(name, out var property),
            $"the runner does not know the option '{option}'"
        );
        return Shown(property.GetValue(parsed));
    }

    private static string Expected(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => Shown(value.GetString()),
            JsonValueKind.True or JsonValueKind.False => Shown(value.GetBoolean()),
            JsonValueKind.Number => Shown(value.GetInt64()),
            JsonValueKind.Null => Shown(null),
            JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Expected))}]",
            _ => Pairs(value.EnumerateObject().Select(p => (p.Name, Expected(p.Value)))),
        };

    private static string Shown(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            Enum name => $"\"{name.ToString().ToLowerInvariant()}\"",
            TimeSpan time => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            IReadOnlyDictionary<string, string> pairs => Pairs(pairs.Select(p => (p.Key, Shown(p.Value)))),
            IEnumerable<object> list => $"[{string.Join(',', list.Select(Shown))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Pairs(IEnumerable<(string Name, string Value)> pairs) =>
        $"{{{string.Join(',', pairs.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"\"{p.Name}\":{p.Value}"))}}}";
}

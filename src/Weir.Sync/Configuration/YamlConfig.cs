using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Weir.Sync.Configuration;

/// <summary>Reads YAML. Plain scalars are typed as YAML 1.2's core schema does; quoted ones are text.</summary>
internal static class YamlConfig
{
    /// <summary>The first document; <see langword="null"/>, with an error noted, when it is not YAML.</summary>
    public static ConfigNode? Parse(string text, ConfigErrors errors)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1)
            {
                return Convert(stream.Documents[0].RootNode, 0);
            }
            errors.Add(1, "", stream.Documents.Count == 0 ? "is empty" : "has more than one YAML document");
        }
        catch (YamlException e)
        {
            errors.Add((int)e.Start.Line, "", $"is not YAML: {e.Message}");
        }
        return null;
    }

    private static ConfigNode Convert(YamlNode node, int depth)
    {
        var line = (int)node.Start.Line;
        if (depth > 50)
        {
            throw new YamlException(node.Start, node.End, "nested deeper than 50 levels");
        }
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = mapping.Children.Select(pair => new ConfigMember(
                    pair.Key is YamlScalarNode { Value: { } name } ? name : "?",
                    (int)pair.Key.Start.Line,
                    Convert(pair.Value, depth + 1)
                ));
                return new(ConfigKind.Mapping, line, "", [.. members], []);
            case YamlSequenceNode sequence:
                return new(
                    ConfigKind.List,
                    line,
                    "",
                    [],
                    [.. sequence.Children.Select(c => Convert(c, depth + 1))]
                );
            case YamlScalarNode scalar:
                var text = scalar.Value ?? "";
                return ConfigNode.Scalar(
                    scalar.Style == ScalarStyle.Plain ? KindOf(text) : ConfigKind.Text,
                    line,
                    text
                );
            default:
                throw new YamlException(node.Start, node.End, "aliases are not supported");
        }
    }

    private static ConfigKind KindOf(string plain) =>
        plain switch
        {
            "" or "~" or "null" => ConfigKind.Null,
            "true" or "false" => ConfigKind.Boolean,
            _ when IsNumber(plain) => ConfigKind.Number,
            _ => ConfigKind.Text,
        };

    // Only what JSON takes for a number too: 0x10, .5, 007 and +1 are texts.
    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text[0] == '-' ? 1 : 0);
        return digits.Length > 0
            && char.IsAsciiDigit(digits[0])
            && (digits[0] != '0' || digits.Length == 1 || digits[1] is '.' or 'e' or 'E')
            && char.IsAsciiDigit(digits[^1])
            && double.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out _
            );
    }
}

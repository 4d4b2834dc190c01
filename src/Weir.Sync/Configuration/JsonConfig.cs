using System.Text;
using System.Text.Json;

namespace Weir.Sync.Configuration;

/// <summary>Reads JSON, comments and trailing commas allowed.</summary>
internal static class JsonConfig
{
    private static readonly JsonReaderOptions s_lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The value; <see langword="null"/>, with an error noted, when it is not JSON.</summary>
    public static ConfigNode? Parse(string text, ConfigErrors errors)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, s_lenient);
        var lines = new LineCounter(bytes);
        try
        {
            reader.Read();
            var node = Read(ref reader, ref lines);
            reader.Read();
            return node;
        }
        catch (JsonException e)
        {
            var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            var reason = end < 0 ? e.Message : e.Message[..end];
            errors.Add((int)(e.LineNumber ?? 0) + 1, "", $"is not JSON: {reason}");
            return null;
        }
    }

    private static ConfigNode Read(ref Utf8JsonReader reader, ref LineCounter lines)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<ConfigMember>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    var at = lines.At(reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new ConfigMember(name, at, Read(ref reader, ref lines)));
                }
                return new(ConfigKind.Mapping, line, "", members, []);
            case JsonTokenType.StartArray:
                var items = new List<ConfigNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, ref lines));
                }
                return new(ConfigKind.List, line, "", [], items);
            case JsonTokenType.String:
                return ConfigNode.Scalar(ConfigKind.Text, line, reader.GetString()!);
            case JsonTokenType.Number:
                return ConfigNode.Scalar(ConfigKind.Number, line, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True:
            case JsonTokenType.False:
                return ConfigNode.Scalar(
                    ConfigKind.Boolean,
                    line,
                    reader.TokenType == JsonTokenType.True ? "true" : "false"
                );
            default:
                return ConfigNode.Scalar(ConfigKind.Null, line, "");
        }
    }

    /// <summary>Lines of positions that only grow.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;
        private int _line = 1;

        public int At(long position)
        {
            _line += _bytes[_position..(int)position].Count((byte)'\n');
            _position = (int)position;
            return _line;
        }
    }
}

using System.Text;
using System.Text.Json;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Json;

/// <summary>JSON text to nodes. Every fault of the text is an <see cref="ExtendedJsonException"/>.</summary>
internal static class JsonText
{
    // A document as deep as BSON allows may end in a wrapper of two levels more, such as a regular expression.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = BsonLimits.MaxDepth + 2 };

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public static JsonNode Parse(string json)
    {
        try
        {
            var reader = new Utf8JsonReader(s_strict.GetBytes(json), s_options);
            reader.Read();
            var node = ReadNode(ref reader);
            reader.Read();
            return node;
        }
        catch (EncoderFallbackException e)
        {
            var position = s_strict.GetByteCount(json.AsSpan(0, e.Index));
            throw new ExtendedJsonException("The text has half a surrogate pair.", position, e);
        }
        catch (JsonException e)
        {
            throw new ExtendedJsonException(Reason(e), Position(json, e), e);
        }
    }

    private static JsonNode ReadNode(ref Utf8JsonReader reader)
    {
        var position = reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var names = new List<string>();
                var values = new List<JsonNode>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    names.Add(ReadString(ref reader));
                    reader.Read();
                    values.Add(ReadNode(ref reader));
                }

                return new JsonNode(JsonNodeKind.Object, position, "", names, values);
            case JsonTokenType.StartArray:
                var items = new List<JsonNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode(ref reader));
                }

                return new JsonNode(JsonNodeKind.Array, position, "", [], items);
            case JsonTokenType.String:
                return Leaf(JsonNodeKind.String, position, ReadString(ref reader));
            case JsonTokenType.Number:
                return Leaf(JsonNodeKind.Number, position, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return Leaf(JsonNodeKind.True, position);
            case JsonTokenType.False:
                return Leaf(JsonNodeKind.False, position);
            default:
                return Leaf(JsonNodeKind.Null, position);
        }
    }

    private static JsonNode Leaf(JsonNodeKind kind, long position, string text = "") =>
        new(kind, position, text, [], []);

    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // The one thing that the reader itself lets pass: an escaped half of a surrogate pair.
            throw new ExtendedJsonException("A string has half a surrogate pair.", reader.TokenStartIndex, e);
        }
    }

    /// <summary>The reader's message without its own account of the place.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end >= 0 ? e.Message[..end] : e.Message;
    }

    private static long Position(string json, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            start = json.IndexOf('\n', start) + 1;
        }

        return s_strict.GetByteCount(json.AsSpan(0, start)) + (e.BytePositionInLine ?? 0);
    }
}

using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Json;

/// <summary>Extended JSON, version 2, as its specification writes it.</summary>
public static class ExtendedJson
{
    public static string Write(BsonDocument document, ExtendedJsonMode mode = ExtendedJsonMode.Relaxed)
    {
        ArgumentNullException.ThrowIfNull(document);
        return Write((BsonValue)document, mode);
    }

    public static string Write(BsonValue value, ExtendedJsonMode mode = ExtendedJsonMode.Relaxed)
    {
        var text = new StringBuilder();
        new ExtendedJsonWriter(text, mode).Write(value);
        return text.ToString();
    }

    /// <summary>Reads an object as a document; canonical and relaxed forms may be mixed.</summary>
    /// <exception cref="ExtendedJsonException">The text is not valid; the position says where.</exception>
    public static BsonDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ExtendedJsonReader.ReadDocument(JsonText.Parse(json), 1);
    }

    /// <summary>Reads any value, a type wrapper included.</summary>
    /// <exception cref="ExtendedJsonException">The text is not valid; the position says where.</exception>
    public static BsonValue ParseValue(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ExtendedJsonReader.ReadValue(JsonText.Parse(json), 0);
    }
}

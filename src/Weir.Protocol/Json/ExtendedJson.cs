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
}

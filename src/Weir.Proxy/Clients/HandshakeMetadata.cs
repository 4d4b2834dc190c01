using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>What a client's handshake said of itself, for whoever looks on. Immutable.</summary>
internal sealed record HandshakeMetadata(string? Application, string? Driver, string? Os, string? Platform)
{
    public static readonly HandshakeMetadata None = new(null, null, null, null);

    /// <summary>Reads the <c>client</c> of a hello; what is not there, or is no text, is left out.</summary>
    public static HandshakeMetadata Parse(BsonDocument client) =>
        new(
            Text(client.GetValueOrDefault("application"), "name"),
            Text(client.GetValueOrDefault("driver"), "name", "version"),
            Text(client.GetValueOrDefault("os"), "name", "version", "architecture")
                ?? Text(client.GetValueOrDefault("os"), "type"),
            client.GetValueOrDefault("platform") is { IsString: true } platform ? platform.AsString : null
        );

    private static string? Text(BsonValue part, params ReadOnlySpan<string> fields)
    {
        if (!part.IsDocument)
            return null;
        string text = "";
        foreach (string field in fields)
        {
            if (part.AsDocument.GetValueOrDefault(field) is { IsString: true, AsString.Length: > 0 } value)
                text += (text.Length == 0 ? "" : " ") + value.AsString;
        }
        return text.Length == 0 ? null : text;
    }
}

using System.Net;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Clients;

/// <summary>The element that names a client in its requests, as bytes that are appended to a command's document.</summary>
internal static class ClientMark
{
    /// <summary>The longest metadata document that servers take.</summary>
    private const int LongestMetadata = 512;

    private const int LongestComment = 256;

    /// <summary>Makes it; once for each connection.</summary>
    public static byte[] Create(Attribution kind, ClientGroup? group, EndPoint? address, string user)
    {
        string from = address?.ToString() ?? "local";
        BsonValue value = kind == Attribution.Client ? Client(group, from) : Comment(group, from, user);
        var document = new BsonDocument { [kind == Attribution.Client ? "$client" : "comment"] = value };
        // What is between a document's length and its end is its elements.
        return document.ToBytes()[sizeof(int)..^1];
    }

    private static BsonDocument Client(ClientGroup? group, string from)
    {
        BsonDocument said = group?.Document ?? Unnamed();
        BsonDocument client = said.Clone();
        client["mongos"] = new BsonDocument
        {
            ["host"] = "weir",
            ["client"] = from,
            ["version"] = "weir",
        };
        return client.ToBytes().Length <= LongestMetadata ? client : said;
    }

    private static BsonDocument Unnamed() =>
        new()
        {
            ["driver"] = new BsonDocument { ["name"] = "unknown", ["version"] = "unknown" },
            ["os"] = new BsonDocument { ["type"] = "unknown" },
        };

    private static BsonValue Comment(ClientGroup? group, string from, string user)
    {
        HandshakeMetadata said = group?.Metadata ?? HandshakeMetadata.None;
        string text = $"weir: {from}";
        if (user.Length > 0)
            text += $", user {user}";
        if (said.Application is { } application)
            text += $", {application}";
        if (said.Driver is { } driver)
            text += $", {driver}";
        return text.Length <= LongestComment ? text : text[..LongestComment];
    }
}

using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>
/// What a server says of itself in answer to <c>hello</c>: its limits and what it can do. What it says of the
/// deployment is read from <see cref="Document"/> by discovery. Immutable.
/// </summary>
public sealed class HelloReply
{
    /// <summary>Reads a reply. Fields that are absent have the specifications' defaults.</summary>
    public HelloReply(BsonDocument document)
    {
        Document = document;
        MinWireVersion = Int32(document, "minWireVersion", 0);
        MaxWireVersion = Int32(document, "maxWireVersion", 0);
        MaxBsonObjectSize = Int32(document, "maxBsonObjectSize", 16 * 1024 * 1024);
        MaxMessageSize = Int32(document, "maxMessageSizeBytes", 48_000_000);
        MaxWriteBatchSize = Int32(document, "maxWriteBatchSize", 100_000);
        HelloOk = document.GetValueOrDefault("helloOk") is { Type: BsonType.Boolean, AsBoolean: true };
        TopologyVersion = document.GetValueOrDefault("topologyVersion") is { IsDocument: true } version
            ? version.AsDocument
            : null;
        ConnectionId = document.GetValueOrDefault("connectionId") is { IsNumber: true } id
            ? id.ToInt64()
            : null;
        ServiceId = document.GetValueOrDefault("serviceId") is { IsObjectId: true } service
            ? service.AsObjectId
            : null;
        Compressors = Strings(document, "compression");
        SaslSupportedMechs = document.Contains("saslSupportedMechs")
            ? Strings(document, "saslSupportedMechs")
            : null;
        SpeculativeAuthenticate = document.GetValueOrDefault("speculativeAuthenticate")
            is { IsDocument: true } reply
            ? reply.AsDocument
            : null;
    }

    /// <summary>The whole reply.</summary>
    public BsonDocument Document { get; }

    /// <summary>The lowest wire version that it speaks (<c>minWireVersion</c>).</summary>
    public int MinWireVersion { get; }

    /// <summary>The highest wire version that it speaks (<c>maxWireVersion</c>).</summary>
    public int MaxWireVersion { get; }

    /// <summary>The largest document, in bytes (<c>maxBsonObjectSize</c>).</summary>
    public int MaxBsonObjectSize { get; }

    /// <summary>The largest message, in bytes (<c>maxMessageSizeBytes</c>).</summary>
    public int MaxMessageSize { get; }

    /// <summary>Writes in one command at most (<c>maxWriteBatchSize</c>).</summary>
    public int MaxWriteBatchSize { get; }

    /// <summary>Whether it knows the command under the name <c>hello</c>.</summary>
    public bool HelloOk { get; }

    /// <summary>The version of its view of the deployment; what makes a <c>hello</c> awaitable.</summary>
    public BsonDocument? TopologyVersion { get; }

    /// <summary>The server's own number for this connection.</summary>
    public long? ConnectionId { get; }

    /// <summary>The service behind a load balancer that answered.</summary>
    public ObjectId? ServiceId { get; }

    /// <summary>Compressors that both sides know, in the order that was asked (<c>compression</c>).</summary>
    public IReadOnlyList<string> Compressors { get; }

    /// <summary>The mechanisms that the user can authenticate with; null when it was not asked or not said.</summary>
    public IReadOnlyList<string>? SaslSupportedMechs { get; }

    /// <summary>The answer to the first step of authentication, when it was sent along and understood.</summary>
    public BsonDocument? SpeculativeAuthenticate { get; }

    private static int Int32(BsonDocument document, string name, int absent) =>
        document.GetValueOrDefault(name) is { IsNumber: true } value ? value.ToInt32() : absent;

    private static IReadOnlyList<string> Strings(BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsArray: true } values
            ? [.. values.AsArray.Where(static v => v.IsString).Select(static v => v.AsString)]
            : [];
}

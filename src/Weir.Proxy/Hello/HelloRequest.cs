using Weir.Protocol.Bson;

namespace Weir.Proxy.Hello;

/// <summary>The fields of a client's hello (or isMaster) that its answer depends on.</summary>
internal sealed record HelloRequest
{
    /// <summary>Asked under its old name, so that the answer says <c>ismaster</c>.</summary>
    public bool IsLegacy { get; init; }

    public bool HelloOk { get; init; }

    /// <summary>The handshake's metadata: driver, platform, application.</summary>
    public BsonDocument? Client { get; init; }

    public IReadOnlyList<string> Compressors { get; init; } = [];

    public bool LoadBalanced { get; init; }

    /// <summary>The version that the client knows already; together with a time, it waits for a newer one.</summary>
    public (ObjectId ProcessId, long Counter)? TopologyVersion { get; init; }

    public TimeSpan? MaxAwaitTime { get; init; }

    public static HelloRequest Parse(BsonDocument command)
    {
        if (command.Count == 0)
            throw new BsonFormatException("a command without a name");
        return new HelloRequest
        {
            IsLegacy = command[0].Name != "hello",
            HelloOk = command.GetValueOrDefault("helloOk").ToBoolean(),
            Client = command.GetValueOrDefault("client") is { IsDocument: true } client
                ? client.AsDocument
                : null,
            Compressors = command.GetValueOrDefault("compression") is { IsArray: true } names
                ? [.. names.AsArray.Where(name => name.IsString).Select(name => name.AsString)]
                : [],
            LoadBalanced = command.GetValueOrDefault("loadBalanced").ToBoolean(),
            TopologyVersion = Version(command.GetValueOrDefault("topologyVersion")),
            MaxAwaitTime = command.GetValueOrDefault("maxAwaitTimeMS") is { IsNumber: true } time
                ? TimeSpan.FromMilliseconds(Math.Clamp(time.ToInt64(), 0, int.MaxValue))
                : null,
        };
    }

    private static (ObjectId, long)? Version(BsonValue value) =>
        value is { IsDocument: true }
        && value.AsDocument.GetValueOrDefault("processId") is { Type: BsonType.ObjectId } process
        && value.AsDocument.GetValueOrDefault("counter") is { IsNumber: true } counter
            ? (process.AsObjectId, counter.ToInt64())
            : null;
}

using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Engine;

/// <summary>What a connection may ask before it has authenticated.</summary>
internal static class HandshakeCommands
{
    private const int MaxWireVersion = 21;

    private static readonly ObjectId electionId = ObjectId.New();

    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("hello", command => Task.FromResult(Hello(command, "isWritablePrimary"))),
        ("isMaster", command => Task.FromResult(Hello(command, "ismaster"))),
        ("ismaster", command => Task.FromResult(Hello(command, "ismaster"))),
        ("ping", _ => Task.FromResult(new BsonDocument())),
        ("buildInfo", _ => Task.FromResult(BuildInfo())),
        ("buildinfo", _ => Task.FromResult(BuildInfo())),
        ("saslStart", command => ScramConversation.StartAsync(command)),
        ("saslContinue", command => ScramConversation.ContinueAsync(command)),
    ];

    /// <summary>Without a topologyVersion drivers ask again and again instead of waiting for a change.</summary>
    private static BsonDocument Hello(Command command, string primary)
    {
        var gateway = command.Gateway;
        var reply = new BsonDocument
        {
            ["helloOk"] = true,
            [primary] = true,
            ["secondary"] = false,
            ["setName"] = gateway.Options.ReplicaSetName,
            ["setVersion"] = 1,
            ["hosts"] = new BsonArray([gateway.Address]),
            ["primary"] = gateway.Address,
            ["me"] = gateway.Address,
            ["electionId"] = electionId,
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
            ["maxMessageSizeBytes"] = WireLimits.MaxMessageLength,
            ["maxWriteBatchSize"] = 100_000,
            ["localTime"] = TimeProvider.System.GetUtcNow().UtcDateTime,
            ["logicalSessionTimeoutMinutes"] = 30,
            ["connectionId"] = command.Connection.Id,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = MaxWireVersion,
            ["readOnly"] = false,
        };
        if (command.Body.TryGetValue("compression", out var offered) && offered.IsArray)
        {
            reply["compression"] = new BsonArray(
                offered.AsArray.Where(name =>
                    name is { IsString: true, AsString: "snappy" or "zlib" or "zstd" }
                )
            );
        }

        if (command.Body.Contains("saslSupportedMechs"))
        {
            reply["saslSupportedMechs"] = new BsonArray(["SCRAM-SHA-256"]);
        }

        return reply;
    }

    private static BsonDocument BuildInfo() =>
        new()
        {
            ["version"] = "7.0.0",
            ["versionArray"] = new BsonArray([7, 0, 0, 0]),
            ["gitVersion"] = "documentdb",
            ["modules"] = new BsonArray(),
            ["bits"] = 64,
            ["maxBsonObjectSize"] = 16 * 1024 * 1024,
        };
}

using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Fuzz;

/// <summary>What well-behaved drivers send: every mutation begins with one of these.</summary>
internal static class FuzzCorpus
{
    public static BsonDocument Hello() =>
        new()
        {
            ["hello"] = 1,
            ["helloOk"] = true,
            ["client"] = new BsonDocument
            {
                ["application"] = new BsonDocument { ["name"] = "fuzz" },
                ["driver"] = new BsonDocument { ["name"] = "fuzzer", ["version"] = "1" },
                ["os"] = new BsonDocument { ["type"] = "Linux" },
                ["platform"] = "fuzz",
            },
            ["compression"] = new BsonArray { "snappy", "zlib", "zstd" },
            ["saslSupportedMechs"] = "admin.alice",
            ["speculativeAuthenticate"] = SaslStart("admin"),
            ["topologyVersion"] = new BsonDocument { ["processId"] = new ObjectId(), ["counter"] = 1L },
            ["maxAwaitTimeMS"] = 1,
            ["loadBalanced"] = false,
            ["$db"] = "admin",
        };

    public static BsonDocument SaslStart(string database) =>
        new()
        {
            ["saslStart"] = 1,
            ["mechanism"] = "SCRAM-SHA-256",
            ["payload"] = Text("n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL"),
            ["autoAuthorize"] = 1,
            ["options"] = new BsonDocument { ["skipEmptyExchange"] = true },
            ["$db"] = database,
        };

    public static BsonDocument SaslContinue(Random random) =>
        new()
        {
            ["saslContinue"] = 1,
            ["conversationId"] = random.Next(3),
            ["payload"] = Text(
                random.Next(3) switch
                {
                    0 => "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                    1 => "",
                    _ => "c=biws,r=,p=,,,,=",
                }
            ),
            ["$db"] = "admin",
        };

    /// <summary>A command with every field that Weir looks at.</summary>
    public static BsonDocument Command(Random random)
    {
        BsonDocument command = random.Next(20) switch
        {
            0 => new()
            {
                ["find"] = "fuzz",
                ["filter"] = new BsonDocument { ["_id"] = 1 },
            },
            1 => new()
            {
                ["find"] = "fuzz",
                ["tailable"] = true,
                ["awaitData"] = true,
            },
            2 => new()
            {
                ["aggregate"] = "fuzz",
                ["pipeline"] = new BsonArray { new BsonDocument { ["$changeStream"] = new BsonDocument() } },
                ["cursor"] = new BsonDocument(),
            },
            3 => new()
            {
                ["aggregate"] = 1,
                ["pipeline"] = new BsonArray { new BsonDocument { ["$out"] = "x" } },
                ["cursor"] = new BsonDocument { ["batchSize"] = 1 },
            },
            4 => new() { ["getMore"] = random.NextInt64(), ["collection"] = "fuzz" },
            5 => new()
            {
                ["killCursors"] = "fuzz",
                ["cursors"] = new BsonArray { 1L, random.NextInt64() },
            },
            6 => new()
            {
                ["insert"] = "fuzz",
                ["documents"] = new BsonArray { new BsonDocument { ["n"] = random.Next() } },
            },
            7 => new()
            {
                ["update"] = "fuzz",
                ["updates"] = new BsonArray { new BsonDocument { ["q"] = new BsonDocument() } },
            },
            8 => new()
            {
                ["endSessions"] = new BsonArray { Session(random) },
                ["$db"] = "admin",
            },
            // Of its own sessions only: all of everybody's would be other clients' too, at any server.
            9 => new()
            {
                ["killSessions"] = new BsonArray { Session(random) },
                ["$db"] = "admin",
            },
            10 => new() { ["commitTransaction"] = 1, ["recoveryToken"] = new BsonDocument() },
            11 => new() { ["abortTransaction"] = 1 },
            12 => new() { ["ping"] = 1 },
            13 => new() { ["connectionStatus"] = 1, ["showPrivileges"] = true },
            14 => new() { ["whatsmyuri"] = 1 },
            15 => new() { ["logout"] = 1 },
            16 => new()
            {
                ["authenticate"] = 1,
                ["mechanism"] = "MONGODB-X509",
                ["user"] = "CN=x",
            },
            17 => new() { ["listCollections"] = 1, ["cursor"] = new BsonDocument() },
            18 => SaslContinue(random),
            _ => new() { [$"unknown{random.Next(100)}"] = 1 },
        };
        if (random.Next(2) == 0)
            command["lsid"] = Session(random);
        if (random.Next(3) == 0)
            command["txnNumber"] = (long)random.Next(5);
        if (random.Next(4) == 0)
            command["autocommit"] = false;
        if (random.Next(4) == 0)
            command["startTransaction"] = true;
        if (random.Next(4) == 0)
            command["maxTimeMS"] = random.Next(20);
        if (random.Next(3) == 0)
            command["$readPreference"] = new BsonDocument
            {
                ["mode"] = "nearest",
                ["tags"] = new BsonArray
                {
                    new BsonDocument { ["dc"] = "x" },
                    new BsonDocument(),
                },
                ["maxStalenessSeconds"] = 120,
            };
        if (!command.Contains("$db"))
            command["$db"] = "app";
        return command;
    }

    private static BsonDocument Session(Random random)
    {
        byte[] id = new byte[16];
        // None of another client's: those are random, and these begin with zeros.
        id[15] = (byte)(1 + random.Next(4));
        return new() { ["id"] = new BsonBinary(BsonBinary.Uuid, id) };
    }

    private static BsonBinary Text(string text) =>
        new(BsonBinary.Generic, System.Text.Encoding.UTF8.GetBytes(text));
}

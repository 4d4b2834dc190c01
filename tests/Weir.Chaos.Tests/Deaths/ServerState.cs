using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Deaths;

/// <summary>What clients have at a server, as the server itself says.</summary>
internal sealed record ServerState(int Cursors, int Transactions, int Operations, int Sessions)
{
    public static async Task<ServerState> OfAsync(WireClient direct)
    {
        BsonDocument operations = await direct.RunAsync(
            new()
            {
                ["aggregate"] = 1,
                ["pipeline"] = new BsonArray
                {
                    new BsonDocument
                    {
                        ["$currentOp"] = new BsonDocument { ["allUsers"] = true, ["idleSessions"] = true },
                    },
                },
                ["cursor"] = new BsonDocument { ["batchSize"] = 1_000 },
                ["$db"] = "admin",
            }
        );
        BsonDocument status = await direct.RunAsync(new() { ["serverStatus"] = 1, ["$db"] = "admin" });
        List<BsonDocument> shown =
        [
            .. operations["cursor"].AsDocument["firstBatch"].AsArray.Select(o => o.AsDocument),
        ];
        return new ServerState(
            status["metrics"].AsDocument["cursor"].AsDocument["open"].AsDocument["total"].ToInt32(),
            shown.Count(o => o["type"].AsString == "idleSession"),
            shown.Count(o =>
                o.GetValueOrDefault("command") is { IsDocument: true } c && IsClients(c.AsDocument)
            ),
            status["logicalSessionRecordCache"].AsDocument["activeSessionsCount"].ToInt32()
        );
    }

    private static bool IsClients(BsonDocument command) =>
        command.Count > 0 && command[0].Name is "distinct" or "getMore";
}

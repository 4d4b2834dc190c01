using System.Collections.Concurrent;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Chaos;

/// <summary>
/// What the clients were told, to be compared with what is in the store: every token that was acknowledged is there
/// once, and no token is there twice.
/// </summary>
internal sealed class Ledger(int seed)
{
    public const string Collection = "ledger";

    private readonly ConcurrentDictionary<string, byte> _acknowledged = new();
    private readonly ConcurrentDictionary<string, byte> _unknown = new();

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Tokens in the store that nobody acknowledged; known after <see cref="VerifyAsync"/>.</summary>
    public int Unknown { get; private set; }

    /// <summary>An insert of a token. Without an _id nothing but Weir's care keeps it from being made twice.</summary>
    public static BsonDocument Insert(string token, bool withId)
    {
        var document = new BsonDocument { ["token"] = token };
        if (withId)
            document.Insert(0, "_id", token);
        return new()
        {
            ["insert"] = Collection,
            ["documents"] = new BsonArray { document },
        };
    }

    public void Acknowledge(string token, BsonDocument reply)
    {
        if (reply.Contains("writeErrors") || reply["n"].ToInt32() != 1)
            throw new WrongReplyException(
                $"seed {seed}: the only insert of {token} was answered with {reply}"
            );
        _acknowledged[token] = 0;
    }

    public void NotAcknowledged(string token) => _unknown[token] = 0;

    /// <summary>Reads the store, past Weir.</summary>
    public async Task VerifyAsync(Stage stage)
    {
        await Eventually.HoldsAsync(() => stage.Sandbox.Primary is not null, "there is a primary");
        await using WireClient direct = await stage.ConnectDirectlyAsync(stage.Sandbox.Primary!);
        var seen = new HashSet<string>();
        await foreach (BsonDocument document in AllAsync(direct))
        {
            string token = document["token"].AsString;
            Assert.True(seen.Add(token), $"seed {seed}: {token} was inserted twice");
            Assert.True(
                _acknowledged.ContainsKey(token) || _unknown.ContainsKey(token),
                $"seed {seed}: nobody inserted {token}"
            );
        }
        string[] lost = [.. _acknowledged.Keys.Where(token => !seen.Contains(token)).Take(10)];
        Assert.True(lost.Length == 0, $"seed {seed}: acknowledged and lost: {string.Join(", ", lost)}");
        Unknown = seen.Count(token => !_acknowledged.ContainsKey(token));
    }

    private static async IAsyncEnumerable<BsonDocument> AllAsync(WireClient direct)
    {
        BsonDocument reply = await direct.RunAsync(new() { ["find"] = Collection, ["batchSize"] = 1_000 });
        string batch = "firstBatch";
        while (true)
        {
            BsonDocument cursor = reply["cursor"].AsDocument;
            foreach (BsonValue document in cursor[batch].AsArray)
                yield return document.AsDocument;
            if (cursor["id"].ToInt64() == 0)
                yield break;
            batch = "nextBatch";
            reply = await direct.RunAsync(
                new()
                {
                    ["getMore"] = cursor["id"],
                    ["collection"] = Collection,
                    ["batchSize"] = 1_000,
                }
            );
        }
    }
}

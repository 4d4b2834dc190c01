using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests;

/// <summary>A read whose reply says to which request it belongs.</summary>
internal static class Echo
{
    public static BsonDocument Command(string collection, BsonValue id, string token) =>
        new()
        {
            ["aggregate"] = collection,
            ["pipeline"] = new BsonArray
            {
                new BsonDocument { ["$match"] = new BsonDocument { ["_id"] = id } },
                new BsonDocument
                {
                    ["$project"] = new BsonDocument { ["echo"] = new BsonDocument { ["$literal"] = token } },
                },
            },
            ["cursor"] = new BsonDocument(),
        };

    public static void Check(BsonDocument reply, BsonValue id, string token)
    {
        if (reply["ok"].ToDouble() != 1)
            throw new WrongReplyException($"{token} failed: {reply}");
        BsonArray batch = reply["cursor"].AsDocument["firstBatch"].AsArray;
        if (
            batch.Count != 1
            || !batch[0].AsDocument["_id"].Equals(id)
            || batch[0].AsDocument["echo"].AsString != token
        )
            throw new WrongReplyException($"{token} was answered with {reply}");
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

/// <summary>What tests look for in answers.</summary>
internal static class Replies
{
    public static BsonDocument AssertOk(this BsonDocument reply)
    {
        Assert.True(reply["ok"].ToDouble() == 1, reply.ToString());
        return reply;
    }

    public static BsonDocument AssertError(this BsonDocument reply, int code, string? codeName = null)
    {
        Assert.True(reply["ok"].ToDouble() == 0, reply.ToString());
        Assert.True(reply["code"].ToInt32() == code, reply.ToString());
        if (codeName is not null)
        {
            Assert.Equal(codeName, reply["codeName"].AsString);
        }

        return reply;
    }

    public static string[] Labels(this BsonDocument reply) =>
        reply.GetValueOrDefault("errorLabels") is { IsArray: true } labels
            ? [.. labels.AsArray.Select(label => label.AsString)]
            : [];

    public static BsonDocument[] FirstBatch(this BsonDocument reply) => Batch(reply, "firstBatch");

    public static BsonDocument[] NextBatch(this BsonDocument reply) => Batch(reply, "nextBatch");

    public static long CursorId(this BsonDocument reply) =>
        reply.AssertOk()["cursor"].AsDocument["id"].AsInt64;

    private static BsonDocument[] Batch(BsonDocument reply, string name) =>
        [.. reply.AssertOk()["cursor"].AsDocument[name].AsArray.Select(document => document.AsDocument)];
}

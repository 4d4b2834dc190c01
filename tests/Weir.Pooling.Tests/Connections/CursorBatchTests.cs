using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Connections;

/// <summary>Batches of cursors that are passed on as they come.</summary>
public class CursorBatchTests
{
    [Theory]
    [InlineData("firstBatch")]
    [InlineData("nextBatch")]
    public void The_batch_is_handed_over_and_the_rest_is_the_reply(string name)
    {
        var batch = new BsonArray
        {
            new BsonDocument { ["_id"] = 1 },
            new BsonDocument { ["_id"] = 2 },
        };
        var reply = new BsonDocument
        {
            ["cursor"] = new BsonDocument
            {
                [name] = batch,
                ["id"] = 5L,
                ["ns"] = "db.c",
            },
            ["ok"] = 1.0,
        };
        var taken = new List<BsonDocument>();

        var rest = CursorBatch.Read(
            reply.ToBytes(),
            bytes =>
            {
                var reader = new BsonReader(bytes);
                while (reader.Read())
                {
                    taken.Add(BsonDocument.Parse(reader.GetDocument()));
                }
            }
        );

        Assert.Equal([1, 2], taken.Select(d => d["_id"].AsInt32));
        Assert.Equal(
            new BsonDocument
            {
                ["cursor"] = new BsonDocument
                {
                    [name] = new BsonArray(),
                    ["id"] = 5L,
                    ["ns"] = "db.c",
                },
                ["ok"] = 1.0,
            },
            rest
        );
    }

    [Fact]
    public void A_reply_without_a_cursor_is_read_whole()
    {
        var reply = new BsonDocument
        {
            ["ok"] = 0,
            ["errmsg"] = "no",
            ["firstBatch"] = new BsonArray { 1 },
        };

        Assert.Equal(reply, CursorBatch.Read(reply.ToBytes(), _ => Assert.Fail("there is no batch")));
    }
}

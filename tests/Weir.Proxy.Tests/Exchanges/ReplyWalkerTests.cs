using Weir.Protocol.Bson;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Tests.Exchanges;

public class ReplyWalkerTests
{
    private const int BodyOffset = 21;

    [Theory]
    [InlineData(64)]
    [InlineData(200)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public void The_cursors_id_is_found_behind_a_batch_that_no_window_holds(int windowSize)
    {
        byte[] message = Messages.Reply(Reply(idFirst: false), 1);
        ReplyScanner.Scan(message, out ReplyView view);

        Assert.Equal([view.CursorIdOffset], Offsets(message, windowSize));
    }

    [Fact]
    public void An_id_before_the_batch_is_found_too()
    {
        byte[] message = Messages.Reply(Reply(idFirst: true), 1);
        ReplyScanner.Scan(message, out ReplyView view);

        Assert.Equal([view.CursorIdOffset], Offsets(message, 64));
    }

    [Fact]
    public void A_reply_without_a_cursor_is_walked_to_its_end()
    {
        byte[] message = Messages.Reply(
            new()
            {
                ["values"] = new BsonArray(Enumerable.Range(0, 5000).Select(i => (BsonValue)i)),
                ["ok"] = 1,
            },
            1
        );

        Assert.Empty(Offsets(message, 100));
    }

    /// <summary>Shows the message window by window, as a stream does: what is not used up is shown again.</summary>
    private static List<int> Offsets(byte[] message, int windowSize)
    {
        var walker = new ReplyWalker(BodyOffset);
        List<int> found = [];
        int start = 0;
        int end = Math.Min(windowSize, message.Length);
        while (true)
        {
            while (walker.Walk(message.AsSpan(start..end), start, out int offset))
                found.Add(start + offset);
            Assert.False(walker.IsBroken);
            if (walker.IsDone)
                return found;
            start = Math.Min(end, walker.Position);
            int next = Math.Min(message.Length, start + windowSize);
            Assert.True(next > end, "the walker does not get on");
            end = next;
        }
    }

    private static BsonDocument Reply(bool idFirst)
    {
        var batch = new BsonArray(
            Enumerable
                .Range(0, 500)
                .Select(i => (BsonValue)new BsonDocument { ["id"] = (long)i, ["x"] = "y" })
        );
        var cursor = new BsonDocument();
        if (idFirst)
            cursor["id"] = 77L;
        cursor["firstBatch"] = batch;
        if (!idFirst)
            cursor["id"] = 77L;
        cursor["ns"] = "d.c";
        return new()
        {
            ["cursor"] = cursor,
            ["ok"] = 1.0,
            ["operationTime"] = new BsonTimestamp(1, 2),
        };
    }
}

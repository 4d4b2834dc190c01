using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Exchanges;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Exchanges;

public class LegacyQueryTests
{
    [Fact]
    public void A_command_becomes_an_OP_MSG_of_its_database_under_the_same_id()
    {
        BsonDocument translated = Translate(
            new() { ["count"] = "c", ["query"] = new BsonDocument() },
            out int id
        );

        Assert.Equal(42, id);
        Assert.Equal(
            new BsonDocument
            {
                ["count"] = "c",
                ["query"] = new BsonDocument(),
                ["$db"] = "app",
            },
            translated
        );
    }

    [Fact]
    public void The_envelope_of_a_read_preference_is_taken_off()
    {
        var preference = new BsonDocument { ["mode"] = "nearest" };
        BsonDocument translated = Translate(
            new()
            {
                ["$query"] = new BsonDocument { ["count"] = "c" },
                ["$readPreference"] = preference,
            },
            out _,
            OpQueryFlags.SecondaryOk
        );

        Assert.Equal("count", translated[0].Name);
        Assert.Equal(preference, translated["$readPreference"].AsDocument);
    }

    [Fact]
    public void The_old_flag_for_secondaries_becomes_a_read_preference()
    {
        BsonDocument translated = Translate(new() { ["count"] = "c" }, out _, OpQueryFlags.SecondaryOk);

        Assert.Equal("secondaryPreferred", translated["$readPreference"].AsDocument["mode"].AsString);
    }

    [Fact]
    public void A_servers_reply_becomes_an_OP_REPLY()
    {
        BsonDocument document = new() { ["n"] = 3, ["ok"] = 1 };
        byte[] message = Messages.Reply(document, responseTo: 42);
        ReplyScanner.Scan(message, out ReplyView view);

        Frame frame = ReplyFrames.ToReply(message, view);

        OpReply reply = OpReply.Parse(frame.Span);
        Assert.Equal(42, reply.Header.ResponseTo);
        Assert.Equal(1, reply.NumberReturned);
        Assert.Equal(document, BsonDocument.Parse(reply.Document));
        frame.Return();
    }

    private static BsonDocument Translate(BsonDocument command, out int requestId, OpQueryFlags flags = 0)
    {
        Frame frame = LegacyQuery.ToMsg(OpQuery.Parse(Messages.Query(command, "app.$cmd", 42, flags)));
        requestId = MessageHeader.Read(frame.Span).RequestId;
        BsonDocument translated = OpMsg.Parse(frame.Span).ToCommand();
        frame.Return();
        return translated;
    }
}

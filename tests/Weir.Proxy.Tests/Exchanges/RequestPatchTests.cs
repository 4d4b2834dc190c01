using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Exchanges;

public class RequestPatchTests
{
    [Theory]
    [InlineData(OpMsgFlags.None)]
    [InlineData(OpMsgFlags.MoreToCome)]
    [InlineData(OpMsgFlags.ExhaustAllowed)]
    [InlineData(OpMsgFlags.ChecksumPresent)]
    [InlineData(OpMsgFlags.ChecksumPresent | OpMsgFlags.MoreToCome | OpMsgFlags.ExhaustAllowed)]
    public void No_flag_reaches_a_pooled_connection_and_the_message_stays_valid(OpMsgFlags flags)
    {
        BsonDocument command = new() { ["insert"] = "c", ["$db"] = "d" };
        byte[] message = Messages.Msg(command, flags: flags);

        int length = RequestPatch.ClearFlags(message, flags);

        OpMsg patched = OpMsg.Parse(message.AsSpan(0, length));
        Assert.Equal(OpMsgFlags.None, patched.Flags);
        Assert.Equal(command, patched.ToCommand());
    }

    [Fact]
    public void A_time_limit_keeps_its_type()
    {
        foreach (BsonValue limit in new BsonValue[] { 500, 500L, 500.0 })
        {
            byte[] message = Messages.Msg(
                new()
                {
                    ["find"] = "c",
                    ["maxTimeMS"] = limit,
                    ["$db"] = "d",
                }
            );
            CommandScanner.Scan(message, out CommandView view);

            RequestPatch.MaxTime(message, view, 120);

            BsonValue patched = OpMsg.Parse(message).ToCommand()["maxTimeMS"];
            Assert.Equal(limit.Type, patched.Type);
            Assert.Equal(120, patched.ToInt32());
        }
    }

    [Fact]
    public void A_time_limit_is_added_where_there_is_none_and_can_be_changed_then()
    {
        BsonDocument command = new()
        {
            ["getMore"] = 5L,
            ["collection"] = "c",
            ["$db"] = "d",
        };
        byte[] message = Messages.Msg(command);
        CommandScanner.Scan(message, out CommandView view);

        Frame longer = RequestPatch.AddMaxTime(message, ref view);
        RequestPatch.MaxTime(longer.Writable.Span, view, 120);
        RequestPatch.MaxTime(longer.Writable.Span, view, 90);

        BsonDocument patched = OpMsg.Parse(longer.Span).ToCommand();
        command["maxTimeMS"] = 90;
        Assert.Equal(command, patched);
        CommandScanner.Scan(longer.Span, out CommandView again);
        Assert.Equal((again.MaxTimeOffset, again.Body), (view.MaxTimeOffset, view.Body));
        longer.Return();
    }

    [Fact]
    public void A_transaction_number_is_taken_out_and_what_lies_behind_it_is_still_found()
    {
        BsonDocument command = new()
        {
            ["insert"] = "c",
            ["txnNumber"] = 9L,
            ["maxTimeMS"] = 500,
            ["$db"] = "app",
            ["$readPreference"] = new BsonDocument { ["mode"] = "primary" },
        };
        byte[] message = Messages.Msg(command);
        CommandScanner.Scan(message, out CommandView view);

        int length = RequestPatch.RemoveTxnNumber(message, ref view);
        RequestPatch.MaxTime(message, view, 77);

        BsonDocument patched = OpMsg.Parse(message.AsSpan(0, length)).ToCommand();
        command.Remove("txnNumber");
        command["maxTimeMS"] = 77;
        Assert.Equal(command, patched);
        Assert.False(view.HasTxnNumber);
        Assert.Equal("app"u8, view.Database.Of(message));
        Assert.Equal("primary", BsonDocument.Parse(view.ReadPreference.Of(message))["mode"].AsString);
    }
}

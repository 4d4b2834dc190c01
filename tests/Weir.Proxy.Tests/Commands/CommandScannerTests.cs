using System.Text;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Tests.Commands;

public class CommandScannerTests
{
    [Fact]
    public void A_find_is_named_with_its_database_and_its_collection()
    {
        byte[] message = Messages.Msg(
            new()
            {
                ["find"] = "users",
                ["filter"] = new BsonDocument(),
                ["$db"] = "app",
            }
        );

        CommandScanner.Scan(message, out CommandView view);

        Assert.Equal(CommandKind.Find, view.Kind);
        Assert.Equal("find", Text(view.Name, message));
        Assert.Equal("users", Text(view.Target, message));
        Assert.Equal("app", Text(view.Database, message));
        Assert.Equal(7, view.RequestId);
        Assert.True(view.IsRepeatable);
        Assert.False(view.IsWrite);
    }

    [Theory]
    [InlineData("hello", (int)CommandKind.Hello)]
    [InlineData("isMaster", (int)CommandKind.Hello)]
    [InlineData("ismaster", (int)CommandKind.Hello)]
    [InlineData("findandmodify", (int)CommandKind.FindAndModify)]
    [InlineData("Find", (int)CommandKind.Other)]
    [InlineData("ping", (int)CommandKind.Ping)]
    [InlineData("getMore", (int)CommandKind.GetMore)]
    [InlineData("dropDatabase", (int)CommandKind.OtherWrite)]
    [InlineData("noSuchCommandAndAVeryLongNameAtThat", (int)CommandKind.Other)]
    [InlineData("fünd", (int)CommandKind.Other)]
    public void Names_are_known_as_servers_know_them(string name, int kind) =>
        Assert.Equal((CommandKind)kind, Messages.Scan(new() { [name] = 1, ["$db"] = "admin" }).Kind);

    [Fact]
    public void A_getMore_tells_where_its_cursor_id_lies()
    {
        byte[] message = Messages.Msg(
            new()
            {
                ["getMore"] = 0x1122334455667788L,
                ["collection"] = "c",
                ["$db"] = "d",
            }
        );

        CommandScanner.Scan(message, out CommandView view);

        Assert.Equal(0x1122334455667788L, view.CursorId);
        Assert.Equal(0x1122334455667788L, BitConverter.ToInt64(message, view.CursorIdOffset));
    }

    [Theory]
    [InlineData(250, (int)BsonType.Int32)]
    [InlineData(250L, (int)BsonType.Int64)]
    [InlineData(250.0, (int)BsonType.Double)]
    public void A_time_limit_is_read_in_any_type_of_number(object value, int type)
    {
        BsonValue limit = value switch
        {
            int i => (BsonValue)i,
            long l => (BsonValue)l,
            _ => (BsonValue)(double)value,
        };

        CommandView view = Messages.Scan(
            new()
            {
                ["count"] = "c",
                ["maxTimeMS"] = limit,
                ["$db"] = "d",
            }
        );

        Assert.Equal(250, view.MaxTimeMS);
        Assert.Equal((BsonType)type, view.MaxTimeType);
        Assert.NotEqual(0, view.MaxTimeOffset);
    }

    [Fact]
    public void A_statement_of_a_transaction_tells_its_session_and_number()
    {
        CommandView view = Messages.Scan(
            new()
            {
                ["insert"] = "c",
                ["lsid"] = Messages.Lsid(5),
                ["txnNumber"] = 3L,
                ["startTransaction"] = true,
                ["autocommit"] = false,
                ["$db"] = "d",
            }
        );

        Assert.Equal(3, view.TxnNumber);
        Assert.True(view.StartTransaction);
        Assert.True(view.InTransaction);
        Assert.True(view.IsWrite);
        Assert.False(view.IsRepeatable);
        Assert.Equal(Enumerable.Repeat((byte)5, 16), view.Session.ToBytes());
    }

    [Fact]
    public void A_retryable_write_may_be_repeated_and_any_other_write_may_not()
    {
        Assert.True(
            Messages
                .Scan(
                    new()
                    {
                        ["insert"] = "c",
                        ["txnNumber"] = 3L,
                        ["$db"] = "d",
                    }
                )
                .IsRepeatable
        );
        Assert.False(Messages.Scan(new() { ["insert"] = "c", ["$db"] = "d" }).IsRepeatable);
        Assert.False(Messages.Scan(new() { ["getMore"] = 3L, ["$db"] = "d" }).IsRepeatable);
        Assert.False(Messages.Scan(new() { ["whoKnows"] = 1, ["$db"] = "d" }).IsRepeatable);
    }

    [Theory]
    [InlineData("$out", true)]
    [InlineData("$merge", true)]
    [InlineData("$limit", false)]
    public void An_aggregation_writes_when_its_last_stage_does(string stage, bool writes)
    {
        var pipeline = new BsonArray
        {
            new BsonDocument { ["$match"] = new BsonDocument() },
            new BsonDocument { [stage] = "t" },
        };

        CommandView view = Messages.Scan(
            new()
            {
                ["aggregate"] = "c",
                ["pipeline"] = pipeline,
                ["$db"] = "d",
            }
        );

        Assert.Equal(writes, view.IsWrite);
        Assert.Equal(!writes, view.IsRepeatable);
        Assert.False(view.OpensAwaitable);
    }

    [Fact]
    public void Change_streams_and_awaitData_open_cursors_that_wait()
    {
        var pipeline = new BsonArray { new BsonDocument { ["$changeStream"] = new BsonDocument() } };

        Assert.True(Messages.Scan(new() { ["aggregate"] = 1, ["pipeline"] = pipeline }).OpensAwaitable);
        Assert.True(
            Messages
                .Scan(
                    new()
                    {
                        ["find"] = "c",
                        ["tailable"] = true,
                        ["awaitData"] = true,
                    }
                )
                .OpensAwaitable
        );
        Assert.False(Messages.Scan(new() { ["find"] = "c", ["tailable"] = true }).OpensAwaitable);
    }

    [Fact]
    public void The_read_preference_is_found_where_it_lies()
    {
        byte[] message = Messages.Msg(
            new()
            {
                ["find"] = "c",
                ["$readPreference"] = new BsonDocument { ["mode"] = "nearest" },
            }
        );

        CommandScanner.Scan(message, out CommandView view);

        Assert.Equal("nearest", BsonDocument.Parse(view.ReadPreference.Of(message))["mode"].AsString);
    }

    [Fact]
    public void Fields_of_an_unexpected_type_are_left_to_the_server()
    {
        CommandView view = Messages.Scan(
            new()
            {
                ["getMore"] = "x",
                ["lsid"] = 1,
                ["txnNumber"] = "1",
                ["maxTimeMS"] = "soon",
                ["autocommit"] = 0,
                ["$readPreference"] = "primary",
                ["$db"] = 4,
            }
        );

        Assert.True(view.Session.IsNone);
        Assert.False(view.HasTxnNumber);
        Assert.Equal(0, view.MaxTimeMS);
        Assert.Equal(0, view.CursorIdOffset);
        Assert.True(view.Database.IsEmpty);
    }

    [Fact]
    public void Scanning_allocates_nothing()
    {
        byte[] message = Messages.Msg(
            new()
            {
                ["aggregate"] = "c",
                ["pipeline"] = new BsonArray { new BsonDocument { ["$match"] = new BsonDocument() } },
                ["lsid"] = Messages.Lsid(1),
                ["maxTimeMS"] = 100,
                ["$db"] = "d",
                ["$readPreference"] = new BsonDocument { ["mode"] = "nearest" },
            }
        );
        CommandScanner.Scan(message, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            CommandScanner.Scan(message, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Mutated_messages_are_scanned_or_refused_but_never_crash_it()
    {
        byte[] good = Messages.Msg(
            new()
            {
                ["find"] = "c",
                ["lsid"] = Messages.Lsid(1),
                ["txnNumber"] = 4L,
                ["maxTimeMS"] = 100,
                ["$db"] = "d",
                ["$readPreference"] = new BsonDocument { ["mode"] = "nearest" },
            }
        );
        var random = new Random(20261122);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int n = random.Next(1, 4); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                CommandScanner.Scan(bytes, out CommandView view);
                Assert.InRange(view.Database.Offset + view.Database.Length, 0, bytes.Length);
                Assert.InRange(view.ReadPreference.Offset + view.ReadPreference.Length, 0, bytes.Length);
                Assert.InRange(view.MaxTimeOffset, 0, bytes.Length - 4);
            }
            catch (Exception e) when (e is WireFormatException or BsonFormatException) { }
        }
    }

    private static string Text(ByteRange range, byte[] message) => Encoding.UTF8.GetString(range.Of(message));
}

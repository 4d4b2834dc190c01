using Weir.Protocol.Bson;

namespace Weir.Sandbox.Tests.Server;

public sealed class TransactionTests
{
    private static BsonDocument Insert(int id) =>
        new()
        {
            ["insert"] = "c",
            ["documents"] = new BsonArray { new BsonDocument { ["_id"] = id } },
        };

    private static BsonDocument In(
        BsonDocument command,
        BsonDocument session,
        long number,
        bool starts = false
    )
    {
        command["lsid"] = session;
        command["txnNumber"] = number;
        command["autocommit"] = false;
        if (starts)
        {
            command["startTransaction"] = true;
        }

        return command;
    }

    private static BsonDocument Commit(BsonDocument session, long number) =>
        In(new BsonDocument { ["commitTransaction"] = 1 }, session, number);

    private static BsonDocument Abort(BsonDocument session, long number) =>
        In(new BsonDocument { ["abortTransaction"] = 1 }, session, number);

    private static async Task<int> CountAsync(TestClient client) =>
        (await client.RunAsync("db", new BsonDocument { ["find"] = "c" })).FirstBatch().Length;

    [Fact]
    public async Task A_standalone_has_no_transaction_numbers()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var insert = Insert(1);
        insert["lsid"] = TestDeployment.NewSession();
        insert["txnNumber"] = 1L;
        (await client.RunAsync("db", insert)).AssertError(20, "IllegalOperation");
    }

    [Fact]
    public async Task A_retryable_write_is_done_once()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var insert = Insert(1);
        insert["lsid"] = TestDeployment.NewSession();
        insert["txnNumber"] = 7L;
        Assert.Equal(1, (await client.RunAsync("db", insert)).AssertOk()["n"].ToInt32());
        var again = (await client.RunAsync("db", insert)).AssertOk();
        Assert.Equal(1, again["n"].ToInt32());
        Assert.False(again.Contains("writeErrors"));
        Assert.Equal(1, await CountAsync(client));
        insert["txnNumber"] = 6L;
        (await client.RunAsync("db", insert)).AssertError(225, "TransactionTooOld");
    }

    [Fact]
    public async Task A_retryable_findAndModify_answers_the_same_again()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var command = new BsonDocument
        {
            ["findAndModify"] = "c",
            ["query"] = new BsonDocument { ["_id"] = 1 },
            ["update"] = new BsonDocument { ["$inc"] = new BsonDocument { ["n"] = 1 } },
            ["upsert"] = true,
            ["new"] = true,
            ["lsid"] = TestDeployment.NewSession(),
            ["txnNumber"] = 1L,
        };
        var first = (await client.RunAsync("db", command)).AssertOk()["value"];
        Assert.Equal(first, (await client.RunAsync("db", command)).AssertOk()["value"]);
        Assert.Equal(1, first.AsDocument["n"].ToInt32());
    }

    [Fact]
    public async Task A_transaction_is_seen_when_it_is_committed_and_may_be_committed_twice()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var session = TestDeployment.NewSession();
        (await client.RunAsync("db", In(Insert(1), session, 1, starts: true))).AssertOk();
        (await client.RunAsync("db", In(Insert(2), session, 1))).AssertOk();
        Assert.Equal(0, await CountAsync(client));
        (await client.RunAsync("admin", Commit(session, 1))).AssertOk();
        Assert.Equal(2, await CountAsync(client));
        (await client.RunAsync("admin", Commit(session, 1))).AssertOk();
        (await client.RunAsync("admin", Abort(session, 1))).AssertError(256, "TransactionCommitted");
    }

    [Fact]
    public async Task An_aborted_transaction_leaves_nothing()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var session = TestDeployment.NewSession();
        (await client.RunAsync("db", In(Insert(1), session, 1, starts: true))).AssertOk();
        (await client.RunAsync("admin", Abort(session, 1))).AssertOk();
        Assert.Equal(0, await CountAsync(client));
        var late = (await client.RunAsync("admin", Commit(session, 1))).AssertError(251, "NoSuchTransaction");
        Assert.Equal(["TransientTransactionError"], late.Labels());
    }

    [Fact]
    public async Task A_failed_statement_aborts_the_transaction()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("db", Insert(1))).AssertOk();
        var session = TestDeployment.NewSession();
        (await client.RunAsync("db", In(Insert(2), session, 1, starts: true))).AssertOk();
        var failed = (await client.RunAsync("db", In(Insert(1), session, 1))).AssertOk();
        Assert.Equal(11000, failed["writeErrors"].AsArray[0].AsDocument["code"].AsInt32);
        (await client.RunAsync("db", In(Insert(3), session, 1))).AssertError(251);
        Assert.Equal(1, await CountAsync(client));
    }

    [Fact]
    public async Task A_conflict_in_a_transaction_is_transient_and_a_plain_write_waits_instead()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        await using var other = await deployment.ConnectAsync();
        var (first, second) = (TestDeployment.NewSession(), TestDeployment.NewSession());
        (await client.RunAsync("db", In(Insert(1), first, 1, starts: true))).AssertOk();
        var conflict = (await client.RunAsync("db", In(Insert(1), second, 1, starts: true))).AssertError(112);
        Assert.Equal(["TransientTransactionError"], conflict.Labels());
        await other.SendAsync("db", Insert(1));
        (await client.RunAsync("admin", Abort(first, 1))).AssertOk();
        Assert.Equal(1, (await other.ReadAsync()).AssertOk()["n"].ToInt32());
    }

    [Fact]
    public async Task A_transaction_lives_for_its_lifetime_only()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var session = TestDeployment.NewSession();
        (await client.RunAsync("db", In(Insert(1), session, 1, starts: true))).AssertOk();
        deployment.Clock.Advance(TimeSpan.FromSeconds(61));
        (await client.RunAsync("db", In(Insert(2), session, 1))).AssertError(251);
    }

    [Fact]
    public async Task An_election_aborts_open_transactions_but_keeps_retryable_writes()
    {
        await using var deployment = await TestDeployment.StartSetAsync(members: 2);
        await using var old = await deployment.ConnectAsync(0);
        var (session, writer) = (TestDeployment.NewSession(), TestDeployment.NewSession());
        (await old.RunAsync("db", new BsonDocument { ["create"] = "c" })).AssertOk();
        (await old.RunAsync("db", In(Insert(1), session, 1, starts: true))).AssertOk();
        var write = Insert(2);
        write["lsid"] = writer;
        write["txnNumber"] = 1L;
        (await old.RunAsync("db", write)).AssertOk();
        await deployment.Sandbox.ElectAsync(deployment.Sandbox.Members[1]);
        await using var primary = await deployment.ConnectAsync(1);
        (await primary.RunAsync("admin", Commit(session, 1))).AssertError(251);
        Assert.Equal(1, (await primary.RunAsync("db", write)).AssertOk()["n"].ToInt32());
        Assert.Equal(1, await CountAsync(primary));
    }

    [Fact]
    public async Task Commands_that_transactions_do_not_allow_are_error_263()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        var count = In(new BsonDocument { ["count"] = "c" }, TestDeployment.NewSession(), 1, starts: true);
        (await client.RunAsync("db", count)).AssertError(263, "OperationNotSupportedInTransaction");
    }

    [Fact]
    public async Task Ending_a_session_aborts_its_transaction_and_kills_its_cursors()
    {
        await using var deployment = await TestDeployment.StartSetAsync();
        await using var client = await deployment.ConnectAsync();
        (await client.RunAsync("db", Insert(1))).AssertOk();
        (await client.RunAsync("db", Insert(2))).AssertOk();
        var session = TestDeployment.NewSession();
        var find = new BsonDocument
        {
            ["find"] = "c",
            ["batchSize"] = 1,
            ["lsid"] = session,
        };
        Assert.NotEqual(0, (await client.RunAsync("db", find)).CursorId());
        (await client.RunAsync("db", In(Insert(3), session, 1, starts: true))).AssertOk();
        Assert.Equal(1, deployment.Sandbox.Members[0].OpenCursors);
        (
            await client.RunAsync("admin", new BsonDocument { ["endSessions"] = new BsonArray { session } })
        ).AssertOk();
        Assert.Equal(0, deployment.Sandbox.Members[0].OpenCursors);
        (await client.RunAsync("admin", Commit(session, 1))).AssertError(251);
    }
}

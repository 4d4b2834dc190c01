using Weir.Protocol.Bson;
using static Weir.Engine.Tests.Documents;

namespace Weir.Engine.Tests;

/// <summary>Transactions are SQL transactions of their session.</summary>
public class GatewayTransactionTests
{
    private const string Insert = """{ "insert": "c", "documents": [{ "_id": 100 }] }""";

    [Fact]
    public async Task A_committed_transaction_is_seen_and_can_be_committed_again()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var session = Guid.NewGuid();

        await client.RunAsync(Parse(Insert).In(session, 1, start: true));
        var before = await client.CountAsync();
        await client.RunAsync("admin", Parse("""{ "commitTransaction": 1 }""").In(session, 1));
        await client.RunAsync("admin", Parse("""{ "commitTransaction": 1 }""").In(session, 1));

        Assert.Equal(1, before);
        Assert.Equal(2, await client.CountAsync());
        Assert.Equal(0, client.Gateway.OpenTransactions);
    }

    [Fact]
    public async Task An_aborted_transaction_leaves_nothing()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var session = Guid.NewGuid();

        await client.RunAsync(Parse(Insert).In(session, 1, start: true));
        await client.RunAsync("admin", Parse("""{ "abortTransaction": 1 }""").In(session, 1));

        Assert.Equal(1, await client.CountAsync());
        Assert.Equal(0, client.Gateway.OpenTransactions);
    }

    [Fact]
    public async Task An_error_in_the_middle_ends_the_transaction()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var session = Guid.NewGuid();

        await client.RunAsync(Parse(Insert).In(session, 1, start: true));
        await client.RunAsync(Parse("""{ "insert": "c", "documents": [{ "_id": 0 }] }""").In(session, 1));
        var error = await client.FailAsync(Parse("""{ "find": "c" }""").In(session, 1));

        Assert.Equal(251, error["code"].ToInt32());
        Assert.Equal(new BsonArray(["TransientTransactionError"]), error["errorLabels"].AsArray);
        Assert.Equal(1, await client.CountAsync());
    }

    [Fact]
    public async Task Two_transactions_that_write_the_same_document_conflict()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        const string update =
            """{ "update": "c", "updates": [{ "q": { "_id": 0 }, "u": { "$inc": { "n": 1 } } }] }""";

        await client.RunAsync(Parse(update).In(first, 1, start: true));
        var error = await client.FailAsync(Parse(update).In(second, 1, start: true));
        await client.RunAsync("admin", Parse("""{ "commitTransaction": 1 }""").In(first, 1));

        Assert.Equal(112, error["code"].ToInt32());
        Assert.Equal(new BsonArray(["TransientTransactionError"]), error["errorLabels"].AsArray);
    }

    [Fact]
    public async Task A_session_that_ends_takes_its_transaction_along()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var command = Parse(Insert).In(Guid.NewGuid(), 1, start: true);

        await client.RunAsync(command);
        await client.RunAsync(
            "admin",
            new BsonDocument { ["endSessions"] = new BsonArray([command["lsid"]]) }
        );

        Assert.Equal(0, client.Gateway.OpenTransactions);
        Assert.Equal(1, await client.CountAsync());
    }

    [Fact]
    public async Task A_retryable_write_that_is_sent_twice_is_done_once()
    {
        await using var client = await EngineClient.StartAsync();
        await client.InsertAsync(1);
        var command = Parse(
            """{ "update": "c", "updates": [{ "q": { "_id": 0 }, "u": { "$inc": { "n": 1 } } }] }"""
        );
        command.In(Guid.NewGuid(), 7).Remove("autocommit");

        await client.RunAsync(command);
        await client.RunAsync(command);
        var found = await client.RunAsync(Parse("""{ "find": "c" }"""));

        Assert.Equal(1, found.Batch()[0].AsDocument["n"].ToInt32());
    }
}

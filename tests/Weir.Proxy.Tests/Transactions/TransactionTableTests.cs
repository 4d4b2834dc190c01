using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;
using Weir.Proxy.Transactions;
using Weir.Testing;

namespace Weir.Proxy.Tests.Transactions;

public class TransactionTableTests
{
    private static readonly ServerAddress A = new("a", 1);
    private static readonly ServerAddress B = new("b", 1);

    private readonly ManualClock _clock = new();
    private readonly WorkOwner _client = new(1, Identity.Anonymous);

    [Fact]
    public void A_statement_goes_where_the_transaction_began()
    {
        TransactionTable table = Create();
        Start(table, 1, 10, A);
        Start(table, 2, 10, B);

        Assert.Equal(A, table.Use(Statement("find", 1, 10), _client));
        Assert.Equal(B, table.Use(Statement("find", 2, 10), _client));
        Assert.Null(table.Use(Statement("find", 3, 10), _client));
    }

    [Fact]
    public void An_open_transaction_is_forgotten_when_its_server_has_ended_it_and_one_being_committed_is_not()
    {
        TransactionTable table = Create();
        Start(table, 1, 10, A);
        Start(table, 2, 10, A);
        table.Use(Statement("commitTransaction", 2, 10), _client);
        _clock.Advance(TimeSpan.FromSeconds(61));
        table.Use(Statement("find", 1, 10), _client);

        table.ForgetIdle(TimeSpan.FromSeconds(60));

        Assert.Null(table.Use(Statement("find", 1, 10), _client));
        Assert.Equal(A, table.Use(Statement("commitTransaction", 2, 10), _client));
    }

    [Fact]
    public void A_commit_may_be_sent_again_and_is_not_aborted_when_its_client_goes()
    {
        TransactionTable table = Create();
        Start(table, 1, 10, A);

        Assert.Equal(A, table.Use(Statement("commitTransaction", 1, 10), _client));
        Assert.Equal(A, table.Use(Statement("commitTransaction", 1, 10), _client));
        Assert.False(table.HasOpen(_client));
        Assert.Empty(table.TakeOpen(_client));
    }

    [Fact]
    public void The_sessions_next_number_unpins_and_an_older_one_does_not()
    {
        TransactionTable table = Create();
        Start(table, 1, 10, A);

        Assert.Null(table.Use(Statement("insert", 1, 9), _client));
        Assert.Equal(1, table.Count);
        Assert.Null(table.Use(Statement("insert", 1, 11), _client));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void An_abort_unpins_its_own_transaction_only()
    {
        TransactionTable table = Create();
        Start(table, 1, 11, A);

        table.End(Session(1), 10);
        Assert.Equal(1, table.Count);
        table.End(Session(1), 11);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_transaction_goes_over_to_the_connection_that_used_it_last()
    {
        TransactionTable table = Create();
        var other = new WorkOwner(2, Identity.Anonymous);
        Start(table, 1, 10, A);
        table.Use(Statement("find", 1, 10), other);

        Assert.Empty(table.TakeOpen(_client));
        Transaction taken = Assert.Single(table.TakeOpen(other));
        Assert.Equal((10L, A), (taken.Number, taken.Server));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_full_table_makes_room_for_itself_from_what_is_long_over()
    {
        TransactionTable table = Create(capacity: 1);
        Start(table, 1, 10, A);
        Assert.False(table.TryStart(Session(2), 1, A, _client));

        _clock.Advance(TimeSpan.FromMinutes(31));

        Assert.True(table.TryStart(Session(2), 1, A, _client));
        Assert.Equal(1, table.Count);
    }

    private TransactionTable Create(int capacity = 100) => new(capacity, _clock, TimeSpan.FromMinutes(30));

    private void Start(TransactionTable table, byte session, long number, ServerAddress server) =>
        Assert.True(table.TryStart(Session(session), number, server, _client));

    private static SessionId Session(byte seed) => SessionId.Read([.. Enumerable.Repeat(seed, 16)]);

    private static CommandView Statement(string command, byte session, long number) =>
        Messages.Scan(
            new BsonDocument
            {
                [command] = "c",
                ["lsid"] = Messages.Lsid(session),
                ["txnNumber"] = number,
                ["autocommit"] = false,
            }
        );
}

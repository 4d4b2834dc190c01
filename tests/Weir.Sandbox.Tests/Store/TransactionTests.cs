using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Tests.Store;

public sealed class TransactionTests
{
    private readonly Shop shop = new("{'_id': 1, 'n': 1}", "{'_id': 2, 'n': 2}");

    [Fact]
    public void A_transaction_reads_its_own_writes_and_nobody_else_does_until_it_commits()
    {
        var (transaction, inside) = Begin();
        inside.Insert("{'_id': 3, 'n': 3}");
        inside.Update("{'_id': 1}", "{'$set': {'n': 10}}");
        inside.Delete("{'_id': 2}");
        Assert.Equal("1 3", inside.Ids());
        Assert.Equal("1", inside.Ids("{'n': 10}"));
        Assert.Equal("1 2", shop.Ids());
        Assert.Equal("", shop.Ids("{'n': 10}"));
        transaction.Commit();
        Assert.Equal("1 3", shop.Ids());
        Assert.Equal("1", shop.Ids("{'n': 10}"));
        Assert.Equal(2, shop.Session.CountAll(Shop.Db, Shop.Items));
    }

    [Fact]
    public void An_aborted_transaction_leaves_nothing()
    {
        shop.Index("{'key': {'n': 1}, 'unique': true}");
        var (transaction, inside) = Begin();
        inside.Insert("{'_id': 3, 'n': 3}");
        inside.Update("{'_id': 1}", "{'$set': {'n': 10}}");
        inside.Update("{'_id': 1}", "{'$set': {'n': 11}}");
        inside.Delete("{'_id': 2}");
        inside.Session.Insert(
            Shop.Db,
            "fresh",
            [
                [],
            ]
        );
        transaction.Abort();
        Assert.Equal("1 2", shop.Ids());
        Assert.Equal("1", shop.Ids("{'n': 1}"));
        Assert.False(shop.Session.CollectionExists(Shop.Db, "fresh"));
        Assert.Empty(shop.Insert("{'_id': 3, 'n': 10}", "{'_id': 4, 'n': 11}", "{'_id': 5, 'n': 3}").Errors);
        Assert.Throws<CommandError>(() => inside.Ids());
    }

    [Fact]
    public void A_transaction_sees_the_state_of_its_begin()
    {
        shop.Index("{'key': {'n': 1}}");
        var (transaction, inside) = Begin();
        shop.Insert("{'_id': 3, 'n': 3}");
        shop.Update("{'_id': 1}", "{'$set': {'n': 10}}");
        shop.Delete("{'_id': 2}");
        shop.Insert("{'_id': 2, 'n': 22}");
        Assert.Equal("1 2", inside.Ids());
        Assert.Equal("1", inside.Ids("{'n': 1}"));
        Assert.Equal("2", inside.Ids("{'_id': 2, 'n': 2}"));
        Assert.Equal("", inside.Ids("{'n': 10}"));
        Assert.Equal(2, inside.Session.Count(Shop.Db, Shop.Items, new CountSpec()));
        transaction.Commit();
        Assert.Equal("1 3 2", shop.Ids());
        Assert.Equal("", shop.Ids("{'n': 1}"));
    }

    [Fact]
    public void Two_transactions_can_not_write_the_same_document()
    {
        var (first, one) = Begin();
        var (second, two) = Begin();
        one.Update("{'_id': 1}", "{'$inc': {'n': 1}}");
        Conflicts(() => two.Update("{'_id': 1}", "{'$inc': {'n': 1}}"));
        Conflicts(() => two.Delete("{'_id': 1}"));
        second.Abort();
        first.Commit();
        Assert.Equal("1", shop.Ids("{'n': 2, '_id': 1}"));
    }

    [Fact]
    public void A_transaction_can_not_write_what_changed_after_its_begin()
    {
        var (transaction, inside) = Begin();
        shop.Update("{'_id': 1}", "{'$inc': {'n': 1}}");
        Conflicts(() => inside.Update("{'_id': 1}", "{'$inc': {'n': 1}}"));
        transaction.Abort();
    }

    [Fact]
    public void Two_transactions_can_not_insert_the_same_key()
    {
        var (first, one) = Begin();
        var (second, two) = Begin();
        one.Insert("{'_id': 9}");
        Conflicts(() => two.Insert("{'_id': 9}"));
        first.Commit();
        Conflicts(() => two.Insert("{'_id': 9}"));
        second.Abort();
        var (third, three) = Begin();
        Assert.Equal(11000, Assert.Throws<CommandError>(() => three.Insert("{'_id': 9}")).Code);
        third.Abort();
    }

    [Fact]
    public async Task A_statement_outside_that_meets_an_open_transaction_is_undone_whole_and_can_wait_for_its_end()
    {
        var (transaction, inside) = Begin();
        inside.Update("{'_id': 2}", "{'$set': {'n': 20}}");
        var ended = shop.Store.TransactionEnded;
        var error = Assert.Single(shop.Update("{}", "{'$inc': {'n': 1}}", multi: true).Errors).Error;
        Assert.True(error.IsWriteConflict);
        Assert.Equal("1", shop.Ids("{'n': 1}"));
        Assert.False(ended.IsCompleted);
        transaction.Commit();
        await ended;
        Assert.Empty(shop.Update("{}", "{'$inc': {'n': 1}}", multi: true).Errors);
        Assert.Equal("1 2", shop.Ids("{'n': {'$in': [2, 21]}}"));
    }

    [Fact]
    public void A_collection_with_open_writes_can_not_be_dropped()
    {
        var (transaction, inside) = Begin();
        inside.Insert("{'_id': 3}");
        Conflicts(() => shop.Session.DropCollection(Shop.Db, Shop.Items, out _));
        Conflicts(() => shop.Session.DropDatabase(Shop.Db));
        transaction.Commit();
        Assert.True(shop.Session.DropCollection(Shop.Db, Shop.Items, out _));
    }

    [Fact]
    public void A_document_inserted_and_deleted_in_one_transaction_was_never_there()
    {
        var (transaction, inside) = Begin();
        inside.Insert("{'_id': 3}");
        inside.Delete("{'_id': 3}");
        inside.Insert("{'_id': 3, 'again': true}");
        transaction.Commit();
        Assert.Equal("3", shop.Ids("{'again': true}"));
        Assert.Single(shop.Insert("{'_id': 3}").Errors);
        Assert.Equal(3, shop.Session.CountAll(Shop.Db, Shop.Items));
    }

    [Fact]
    public void Nothing_stays_behind_when_all_transactions_are_over()
    {
        var (reader, _) = Begin();
        var (transaction, inside) = Begin();
        inside.Insert("{'_id': 3}");
        inside.Delete("{'_id': 3}");
        inside.Delete("{'_id': 1}");
        inside.Update("{'_id': 2}", "{'$set': {'n': 5}}");
        transaction.Commit();
        reader.Commit();
        shop.Delete("{}");
        lock (shop.Store.Gate)
        {
            var collection = shop.Store.Find_NeedsGate(Shop.Db, Shop.Items)!;
            Assert.Empty(collection.Log.All());
            Assert.False(collection.Indexes[0].TryFind(CanonicalKey.Of(1), out _));
            Assert.False(collection.Indexes[0].TryFind(CanonicalKey.Of(3), out _));
        }
    }

    [Fact]
    public void A_capped_collection_takes_no_part_in_transactions()
    {
        shop.Session.CreateCollection(Shop.Db, "log", Json.Doc("{'capped': true, 'size': 1000}"));
        var (transaction, inside) = Begin();
        Assert.Equal(
            263,
            Assert
                .Throws<CommandError>(() =>
                    inside.Session.Insert(
                        Shop.Db,
                        "log",
                        [
                            [],
                        ]
                    )
                )
                .Code
        );
        transaction.Abort();
    }

    [Fact]
    public async Task Transfers_side_by_side_keep_the_sum()
    {
        const int accounts = 10;
        var bank = new Shop([
            .. Enumerable.Range(0, accounts).Select(static i => $"{{'_id': {i}, 'n': 100}}"),
        ]);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(seed =>
                    Task.Run(() => Transfer(bank, new Random(seed)), TestContext.Current.CancellationToken)
                )
        );
        Assert.Equal(1000, bank.Find().Sum(static d => d["n"].AsInt32));
        Assert.Equal(accounts, bank.Session.CountAll(Shop.Db, Shop.Items));

        static void Transfer(Shop bank, Random random)
        {
            for (var i = 0; i < 200; i++)
            {
                var transaction = bank.Store.BeginTransaction();
                var inside = new Shop(bank, transaction.Session);
                try
                {
                    Assert.Equal(1000, inside.Find().Sum(static d => d["n"].AsInt32));
                    inside.Update($"{{'_id': {random.Next(accounts)}}}", "{'$inc': {'n': -1}}");
                    inside.Update($"{{'_id': {random.Next(accounts)}}}", "{'$inc': {'n': 1}}");
                    transaction.Commit();
                }
                catch (CommandError error) when (error.IsWriteConflict)
                {
                    transaction.Abort();
                }
            }
        }
    }

    private static void Conflicts(Action action)
    {
        var error = Assert.Throws<CommandError>(action);
        Assert.Equal((112, "WriteConflict"), (error.Code, error.CodeName));
    }

    private (Transaction Transaction, Shop Inside) Begin()
    {
        var transaction = shop.Store.BeginTransaction();
        return (transaction, new Shop(shop, transaction.Session));
    }
}

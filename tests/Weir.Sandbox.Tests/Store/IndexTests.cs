using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Testing;

namespace Weir.Sandbox.Tests.Store;

public sealed class IndexTests
{
    [Fact]
    public void A_unique_index_refuses_a_second_document_with_the_key()
    {
        var shop = new Shop("{'_id': 1, 'a': {'b': 'x'}, 'c': 1}");
        shop.Index("{'key': {'a.b': 1, 'c': -1}, 'unique': true}");
        var error = Assert.Single(shop.Insert("{'a': {'b': 'x'}, 'c': 1}").Errors).Error;
        Assert.Equal(
            "E11000 duplicate key error collection: shop.items index: a.b_1_c_-1 dup key: { a.b: \"x\", c: 1 }",
            error.Message
        );
        Assert.Equal("{'keyPattern':{'a.b':1,'c':-1},'keyValue':{'a.b':'x','c':1}}", Json.Text(error.Extra!));
        Assert.Equal(1, shop.Insert("{'a': {'b': 'x'}, 'c': 2}").Inserted);
    }

    [Fact]
    public void A_unique_index_counts_missing_as_null_unless_it_is_sparse()
    {
        var shop = new Shop();
        shop.Index("{'key': {'a': 1}, 'unique': true}", "{'key': {'b': 1}, 'unique': true, 'sparse': true}");
        Assert.Equal(1, shop.Insert("{'a': 1}").Inserted);
        Assert.Equal(1, shop.Insert("{'x': 1}").Inserted);
        Assert.Contains(
            "dup key: { a: null }",
            Assert.Single(shop.Insert("{'y': 1}").Errors).Error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_unique_index_looks_into_arrays()
    {
        var shop = new Shop();
        shop.Index("{'key': {'tags': 1}, 'unique': true}");
        Assert.Equal(1, shop.Insert("{'tags': ['a', 'b', 'a']}").Inserted);
        Assert.Single(shop.Insert("{'tags': 'b'}").Errors);
    }

    [Fact]
    public void A_partial_index_covers_only_what_its_filter_matches()
    {
        var shop = new Shop();
        shop.Index("{'key': {'a': 1}, 'unique': true, 'partialFilterExpression': {'on': true}}");
        Assert.Equal(3, shop.Insert("{'a': 1}", "{'a': 1}", "{'a': 1, 'on': true}").Inserted);
        Assert.Single(shop.Insert("{'a': 1, 'on': true}").Errors);
    }

    [Fact]
    public void An_update_is_bound_by_unique_indexes_too()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}", "{'_id': 2, 'a': 2}");
        shop.Index("{'key': {'a': 1}, 'unique': true}");
        Assert.Equal(11000, Assert.Single(shop.Update("{'_id': 2}", "{'$set': {'a': 1}}").Errors).Error.Code);
        Assert.Equal(1, shop.Update("{'_id': 1}", "{'$set': {'a': 3}}").Modified);
        Assert.Equal(1, shop.Update("{'_id': 2}", "{'$set': {'a': 1}}").Modified);
        Assert.Equal(1, shop.Delete("{'_id': 1}"));
        Assert.Equal(1, shop.Insert("{'_id': 3, 'a': 3}").Inserted);
    }

    [Fact]
    public void A_unique_index_can_not_be_built_over_duplicates()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}", "{'_id': 2, 'a': 1}");
        var error = Assert.Throws<CommandError>(() =>
            shop.Index("{'key': {'b': 1}}", "{'key': {'a': 1}, 'unique': true}")
        );
        Assert.Equal(11000, error.Code);
        Assert.Single(shop.Session.ListIndexes(Shop.Db, Shop.Items));
    }

    [Fact]
    public void Indexes_give_the_same_results_as_a_scan()
    {
        string[] documents =
        [
            "{'_id': 1, 'a': 1}",
            "{'_id': 2, 'a': [1, 2]}",
            "{'_id': 3, 'a': 2.0}",
            "{'_id': 4}",
            "{'_id': 5, 'a': null}",
            "{'_id': 6, 'a': [[1]]}",
            "{'_id': 7, 'a': {'x': 1}}",
        ];
        string[] filters =
        [
            "{'a': 1}",
            "{'a': 2}",
            "{'a': null}",
            "{'a': {'$in': [2, 1]}}",
            "{'a': [1]}",
            "{'a': {'x': 1}}",
            "{'a': 1, '_id': 2}",
            "{'a': {'$ne': 1}}",
        ];
        var scanned = new Shop(documents);
        var indexed = new Shop(documents);
        indexed.Index("{'key': {'a': 1}}");
        Assert.All(filters, filter => Assert.Equal(scanned.Ids(filter), indexed.Ids(filter)));
        Assert.Equal("1 2", indexed.Ids("{'a': 1}"));
    }

    [Fact]
    public void An_index_follows_updates_and_deletes()
    {
        var shop = new Shop([
            .. Enumerable.Range(0, 100).Select(static i => $"{{'_id': {i}, 'a': {i % 2}}}"),
        ]);
        shop.Index("{'key': {'a': 1}}");
        shop.Update("{'_id': {'$lt': 50}}", "{'$set': {'a': 7}}", multi: true);
        shop.Delete("{'_id': {'$gte': 90}}");
        Assert.Equal(50, shop.Find("{'a': 7}").Count);
        Assert.Equal(20, shop.Find("{'a': 0}").Count);
        Assert.Equal(20, shop.Find("{'a': 1}").Count);
    }

    [Fact]
    public void Indexes_are_listed_as_the_server_shows_them()
    {
        var shop = new Shop();
        var result = shop.Index(
            "{'key': {'a': 1, 'b': -1}}",
            "{'key': {'c': 1}, 'name': 'c', 'unique': true, 'sparse': true}"
        );
        Assert.Equal((1, 3, true), (result.Before, result.After, result.CreatedCollection));
        Assert.Equal(
            [
                "{'v':2,'key':{'_id':1},'name':'_id_'}",
                "{'v':2,'key':{'a':1,'b':-1},'name':'a_1_b_-1'}",
                "{'v':2,'key':{'c':1},'name':'c','unique':true,'sparse':true}",
            ],
            shop.Session.ListIndexes(Shop.Db, Shop.Items).Select(Json.Text)
        );
        Assert.True(shop.Index("{'key': {'a': 1, 'b': -1}}").AllExisted);
    }

    [Theory]
    [InlineData("{'key': {'b': 1}, 'name': 'a_1'}", 86)]
    [InlineData("{'key': {'a': 1}, 'name': 'other'}", 85)]
    [InlineData("{'key': {'a': 1}, 'unique': true}", 86)]
    [InlineData("{'key': {}}", 67)]
    [InlineData("{'key': {'a': 0}}", 67)]
    [InlineData("{'key': {'a': 'text'}}", 115)]
    [InlineData("{'key': {'a': 1, 'b': 1}, 'expireAfterSeconds': 5}", 67)]
    [InlineData("{'key': {'z': 1}, 'storageEngine': {}}", 115)]
    public void An_index_that_can_not_be_made_is_refused(string specification, int code)
    {
        var shop = new Shop();
        shop.Index("{'key': {'a': 1}}");
        Assert.Equal(code, Assert.Throws<CommandError>(() => shop.Index(specification)).Code);
    }

    [Fact]
    public void Indexes_are_dropped_by_name_by_key_or_all()
    {
        var shop = new Shop();
        shop.Index("{'key': {'a': 1}}", "{'key': {'b': 1}}", "{'key': {'c': 1}}", "{'key': {'d': 1}}");
        Assert.Equal(5, shop.Session.DropIndexes(Shop.Db, Shop.Items, "a_1"));
        Assert.Equal(4, shop.Session.DropIndexes(Shop.Db, Shop.Items, Json.Doc("{'b': 1}")));
        Assert.Equal(
            27,
            Assert.Throws<CommandError>(() => shop.Session.DropIndexes(Shop.Db, Shop.Items, "a_1")).Code
        );
        Assert.Equal(
            72,
            Assert.Throws<CommandError>(() => shop.Session.DropIndexes(Shop.Db, Shop.Items, "_id_")).Code
        );
        Assert.Equal(
            26,
            Assert.Throws<CommandError>(() => shop.Session.DropIndexes(Shop.Db, "none", "*")).Code
        );
        shop.Session.DropIndexes(Shop.Db, Shop.Items, "*");
        Assert.Single(shop.Session.ListIndexes(Shop.Db, Shop.Items));
    }

    [Fact]
    public void A_ttl_index_removes_what_has_expired()
    {
        var clock = new ManualClock();
        using var store = new DocumentStore(clock);
        store.Session.CreateIndexes("d", "c", [Json.Doc("{'key': {'at': 1}, 'expireAfterSeconds': 30}")]);
        BsonValue now = clock.GetUtcNow().UtcDateTime;
        store.Session.Insert("d", "c", [new BsonDocument("at", now), new BsonDocument("at", "never"), []]);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, store.RemoveExpired());
        clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal(2, store.Session.CountAll("d", "c"));
    }
}

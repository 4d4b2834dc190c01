using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Tests.Store;

public sealed class ReadTests
{
    [Fact]
    public void Documents_come_in_the_order_of_insertion_until_a_sort_says_otherwise()
    {
        var shop = new Shop("{'_id': 3, 'a': 2}", "{'_id': 1, 'a': 1}", "{'_id': 2}");
        Assert.Equal("3 1 2", shop.Ids());
        Assert.Equal("2 1 3", shop.Ids(sort: "{'a': 1}"));
        Assert.Equal("3 1 2", shop.Ids(sort: "{'a': -1}"));
        Assert.Equal("2 1 3", shop.Ids(sort: "{'$natural': -1}"));
    }

    [Fact]
    public void An_array_sorts_by_its_least_element_up_and_by_its_greatest_down()
    {
        var shop = new Shop("{'_id': 1, 'a': [5, 1]}", "{'_id': 2, 'a': 3}", "{'_id': 3, 'a': []}");
        Assert.Equal("3 1 2", shop.Ids(sort: "{'a': 1}"));
        Assert.Equal("1 2 3", shop.Ids(sort: "{'a': -1}"));
    }

    [Fact]
    public void Skip_and_limit_apply_after_the_sort()
    {
        var shop = new Shop([
            .. Enumerable.Range(0, 5000).Select(static i => $"{{'_id': {i}, 'n': {(i * 7919) % 5000}}}"),
        ]);
        var spec = new FindSpec
        {
            Sort = Json.Doc("{'n': 1}"),
            Skip = 10,
            Limit = 3,
            Filter = Json.Doc("{'n': {'$gte': 100}}"),
        };
        Assert.Equal(
            [110, 111, 112],
            shop.Session.Find(Shop.Db, Shop.Items, spec).ToList().Select(static d => d["n"].AsInt32)
        );
    }

    [Fact]
    public void A_cursor_goes_on_while_others_write()
    {
        var shop = new Shop([.. Enumerable.Range(0, 500).Select(static i => $"{{'_id': {i}}}")]);
        var cursor = shop.Session.Find(Shop.Db, Shop.Items, new FindSpec());
        Assert.True(cursor.TryNext(out _));
        shop.Delete("{'_id': {'$gte': 400}}");
        shop.Insert("{'_id': 'new'}");
        var rest = cursor.ToList();
        Assert.Equal(400, rest.Count);
        Assert.Equal("new", rest[^1]["_id"].AsString);
        Assert.True(cursor.IsExhausted);
    }

    [Fact]
    public void A_document_that_was_put_back_comes_first_again()
    {
        var cursor = new Shop("{'_id': 1}", "{'_id': 2}").Session.Find(Shop.Db, Shop.Items, new FindSpec());
        Assert.True(cursor.TryNextBytes(out var first));
        cursor.PutBack(first);
        Assert.False(cursor.IsExhausted);
        Assert.Equal([1, 2], cursor.ToList().Select(static d => d["_id"].AsInt32));
    }

    [Fact]
    public void A_cursor_over_a_dropped_collection_says_so()
    {
        var shop = new Shop([.. Enumerable.Range(0, 500).Select(static i => $"{{'_id': {i}}}")]);
        var cursor = shop.Session.Find(Shop.Db, Shop.Items, new FindSpec());
        Assert.True(cursor.TryNext(out _));
        shop.Session.DropCollection(Shop.Db, Shop.Items, out _);
        Assert.Equal(175, Assert.Throws<CommandError>(cursor.ToList).Code);
    }

    [Fact]
    public void Count_and_distinct_see_what_matches()
    {
        var shop = new Shop("{'_id': 1, 'a': [1, 2]}", "{'_id': 2, 'a': 2.0}", "{'_id': 3}");
        Assert.Equal(3, shop.Session.Count(Shop.Db, Shop.Items, new CountSpec()));
        Assert.Equal(
            2,
            shop.Session.Count(Shop.Db, Shop.Items, new CountSpec { Filter = Json.Doc("{'a': 2}") })
        );
        Assert.Equal(1, shop.Session.Count(Shop.Db, Shop.Items, new CountSpec { Skip = 1, Limit = 1 }));
        Assert.Equal(0, shop.Session.Count(Shop.Db, "nothing", new CountSpec()));
        Assert.Equal([1, 2], shop.Session.Distinct(Shop.Db, Shop.Items, "a", []));
    }

    [Fact]
    public void A_hint_must_name_an_index()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}");
        shop.Index("{'key': {'a': 1}, 'name': 'by_a'}");
        Assert.Single(shop.Session.Find(Shop.Db, Shop.Items, new FindSpec { Hint = "by_a" }).ToList());
        Assert.Single(
            shop.Session.Find(Shop.Db, Shop.Items, new FindSpec { Hint = Json.Doc("{'a': 1}") }).ToList()
        );
        var error = Assert.Throws<CommandError>(() =>
            shop.Session.Find(Shop.Db, Shop.Items, new FindSpec { Hint = "by_b" })
        );
        Assert.Equal(2, error.Code);
    }

    [Fact]
    public void Let_variables_are_seen_in_expressions()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}", "{'_id': 2, 'a': 5}");
        var spec = new FindSpec
        {
            Filter = Json.Doc("{'$expr': {'$gt': ['$a', '$$least']}}"),
            Let = Json.Doc("{'least': 3}"),
        };
        Assert.Equal(2, Assert.Single(shop.Session.Find(Shop.Db, Shop.Items, spec).ToList())["_id"].AsInt32);
    }

    [Fact]
    public void A_tailable_cursor_waits_at_the_end_and_goes_on()
    {
        var shop = new Shop();
        shop.Session.CreateCollection(
            Shop.Db,
            Shop.Items,
            Json.Doc("{'capped': true, 'size': 100000, 'max': 3}")
        );
        shop.Insert("{'_id': 1}", "{'_id': 2}");
        var cursor = shop.Session.Find(Shop.Db, Shop.Items, new FindSpec { Tailable = true });
        Assert.Equal(2, cursor.ToList().Count);
        Assert.False(cursor.IsExhausted);
        shop.Insert("{'_id': 3}", "{'_id': 4}");
        Assert.Equal([3, 4], cursor.ToList().Select(static d => d["_id"].AsInt32));
        shop.Insert("{'_id': 5}", "{'_id': 6}", "{'_id': 7}", "{'_id': 8}", "{'_id': 9}");
        Assert.Equal(136, Assert.Throws<CommandError>(cursor.ToList).Code);
    }

    [Fact]
    public void A_capped_collection_keeps_the_newest_documents()
    {
        var shop = new Shop();
        shop.Session.CreateCollection(
            Shop.Db,
            Shop.Items,
            Json.Doc("{'capped': true, 'size': 100000, 'max': 3}")
        );
        for (var i = 0; i < 5000; i++)
        {
            shop.Insert($"{{'_id': {i}}}");
        }

        Assert.Equal("4997 4998 4999", shop.Ids());
        Assert.Equal(3, shop.Session.CountAll(Shop.Db, Shop.Items));
        Assert.Equal(1, shop.Insert("{'_id': 0}").Inserted);
    }

    [Fact]
    public void Only_a_capped_collection_can_be_tailed() =>
        Assert.Equal(
            2,
            Assert
                .Throws<CommandError>(() =>
                    new Shop("{'_id': 1}").Session.Find(Shop.Db, Shop.Items, new FindSpec { Tailable = true })
                )
                .Code
        );
}

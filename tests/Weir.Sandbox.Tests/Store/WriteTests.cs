using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Tests.Store;

public sealed class WriteTests
{
    [Fact]
    public void A_document_without_an_id_gets_one_in_front()
    {
        var shop = new Shop("{'a': 1}");
        var document = Assert.Single(shop.Find());
        Assert.Equal("_id", document[0].Name);
        Assert.True(document[0].Value.IsObjectId);
    }

    [Fact]
    public void An_id_that_is_not_in_front_moves_there() =>
        Assert.Equal("{'_id':5,'a':1}", Json.Text(new Shop("{'a': 1, '_id': 5}").Find()[0]));

    [Fact]
    public void A_second_document_with_the_same_id_is_a_duplicate_key_in_the_servers_words()
    {
        var shop = new Shop("{'_id': 1}");
        var error = Assert.Single(shop.Insert("{'_id': 1.0}").Errors).Error;
        Assert.Equal((11000, "DuplicateKey"), (error.Code, error.CodeName));
        Assert.Equal(
            "E11000 duplicate key error collection: shop.items index: _id_ dup key: { _id: 1.0 }",
            error.Message
        );
        Assert.Equal("{'keyPattern':{'_id':1},'keyValue':{'_id':1.0}}", Json.Text(error.Extra!));
    }

    [Fact]
    public void An_ordered_insert_stops_at_the_first_error()
    {
        var shop = new Shop();
        var result = shop.Insert("{'_id': 1}", "{'_id': 1}", "{'_id': 2}");
        Assert.Equal((1, 1), (result.Inserted, Assert.Single(result.Errors).Index));
        Assert.Equal("1", shop.Ids());
    }

    [Fact]
    public void An_unordered_insert_goes_on_after_errors()
    {
        var shop = new Shop();
        BsonDocument[] documents =
        [
            Json.Doc("{'_id': 1}"),
            Json.Doc("{'_id': 1}"),
            Json.Doc("{'_id': [1]}"),
            Json.Doc("{'_id': 2}"),
        ];
        var result = shop.Session.Insert(Shop.Db, Shop.Items, documents, ordered: false);
        Assert.Equal(2, result.Inserted);
        Assert.Equal([(1, 11000), (2, 53)], result.Errors.Select(static e => (e.Index, e.Error.Code)));
        Assert.Equal("1 2", shop.Ids());
    }

    [Fact]
    public void A_stored_document_does_not_change_with_the_one_that_was_given()
    {
        var shop = new Shop();
        var document = Json.Doc("{'_id': 1, 'a': [1]}");
        shop.Session.Insert(Shop.Db, Shop.Items, [document]);
        document["a"].AsArray.Add(2);
        Assert.Equal("{'a':[1]}", shop.Only());
    }

    [Fact]
    public void A_delete_removes_one_or_all_that_match()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}", "{'_id': 2, 'a': 1}", "{'_id': 3, 'a': 1}", "{'_id': 4}");
        Assert.Equal(1, shop.Delete("{'a': 1}", single: true));
        Assert.Equal("2 3 4", shop.Ids());
        Assert.Equal(2, shop.Delete("{'a': 1}"));
        Assert.Equal("4", shop.Ids());
        Assert.Equal(1, shop.Insert("{'_id': 1}").Inserted);
    }

    [Fact]
    public void An_update_takes_one_or_all_that_match()
    {
        var shop = new Shop("{'_id': 1, 'a': 1}", "{'_id': 2, 'a': 1}");
        Assert.Equal((1, 1), Counts(shop.Update("{'a': 1}", "{'$set': {'b': 1}}")));
        Assert.Equal((2, 1), Counts(shop.Update("{'a': 1}", "{'$set': {'b': 1}}", multi: true)));
        Assert.Equal((0, 0), Counts(shop.Update("{'a': 7}", "{'$set': {'b': 1}}", multi: true)));
        var error = Assert.Single(shop.Update("{}", "{'b': 1}", multi: true).Errors).Error;
        Assert.Equal(
            (9, "multi update is not supported for replacement-style update"),
            (error.Code, error.Message)
        );

        static (long, long) Counts(UpdateResult result) => (result.Matched, result.Modified);
    }

    [Fact]
    public void Find_and_modify_shows_the_document_before_or_after()
    {
        var shop = new Shop("{'_id': 1, 'n': 1}", "{'_id': 2, 'n': 5}");
        var spec = new FindAndModifySpec
        {
            Sort = Json.Doc("{'n': -1}"),
            Update = Json.Doc("{'$inc': {'n': 1}}"),
        };
        var before = shop.Session.FindAndModify(Shop.Db, Shop.Items, spec);
        Assert.Equal("{'_id':2,'n':5}", Json.Text(before.Value!));
        Assert.True(before.UpdatedExisting);
        var after = shop.Session.FindAndModify(
            Shop.Db,
            Shop.Items,
            spec with
            {
                New = true,
                Projection = Json.Doc("{'n': 1, '_id': 0}"),
            }
        );
        Assert.Equal("{'n':7}", Json.Text(after.Value!));
    }

    [Fact]
    public void Find_and_modify_removes_or_upserts()
    {
        var shop = new Shop("{'_id': 1}");
        var removed = shop.Session.FindAndModify(
            Shop.Db,
            Shop.Items,
            new FindAndModifySpec { Remove = true }
        );
        Assert.Equal((1, 1), (removed.Value!["_id"].AsInt32, removed.Count));
        var nothing = shop.Session.FindAndModify(
            Shop.Db,
            Shop.Items,
            new FindAndModifySpec { Remove = true }
        );
        Assert.Equal((null, 0), (nothing.Value, nothing.Count));
        var spec = new FindAndModifySpec
        {
            Filter = Json.Doc("{'_id': 'x'}"),
            Update = Json.Doc("{'$set': {'a': 1}}"),
            Upsert = true,
        };
        var made = shop.Session.FindAndModify(Shop.Db, Shop.Items, spec);
        Assert.Null(made.Value);
        Assert.Equal(("x", false), (made.Upserted!.Value.AsString, made.UpdatedExisting));
    }

    [Theory]
    [InlineData("", "items")]
    [InlineData("a.b", "items")]
    [InlineData("shop", "")]
    [InlineData("shop", "a$b")]
    [InlineData("shop", ".a")]
    public void A_name_that_can_not_be_is_refused(string database, string collection)
    {
        var error = Assert.Throws<CommandError>(() =>
            new Shop().Session.Insert(
                database,
                collection,
                [
                    [],
                ]
            )
        );
        Assert.Equal((73, "InvalidNamespace"), (error.Code, error.CodeName));
    }

    [Fact]
    public void A_collation_other_than_the_simple_one_is_refused()
    {
        var shop = new Shop("{'_id': 1}");
        var german = new FindSpec { Collation = Json.Doc("{'locale': 'de'}") };
        Assert.Equal(
            115,
            Assert.Throws<CommandError>(() => shop.Session.Find(Shop.Db, Shop.Items, german)).Code
        );
        var simple = new FindSpec { Collation = Json.Doc("{'locale': 'simple'}") };
        Assert.Single(shop.Session.Find(Shop.Db, Shop.Items, simple).ToList());
    }
}

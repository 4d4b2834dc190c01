using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Tests.Store;

public sealed class CatalogTests
{
    [Fact]
    public void Collections_and_databases_come_with_their_first_document_and_go_with_their_last_collection()
    {
        var shop = new Shop();
        Assert.Empty(shop.Session.ListDatabases());
        shop.Insert("{'_id': 1}");
        var database = Assert.Single(shop.Session.ListDatabases());
        Assert.Equal(("shop", false), (database.Name, database.Empty));
        Assert.True(database.SizeOnDisk > 0);
        Assert.True(shop.Session.DropCollection(Shop.Db, Shop.Items, out var indexes));
        Assert.Equal(1, indexes);
        Assert.False(shop.Session.DropCollection(Shop.Db, Shop.Items, out _));
        Assert.Empty(shop.Session.ListDatabases());
    }

    [Fact]
    public void A_collection_is_listed_with_its_options()
    {
        var shop = new Shop();
        shop.Session.CreateCollection(Shop.Db, "log", Json.Doc("{'capped': true, 'size': 4096, 'max': 10}"));
        shop.Insert("{'_id': 1}");
        var log = Assert.Single(shop.Session.ListCollections(Shop.Db, Json.Doc("{'name': 'log'}")));
        Assert.Equal("{'capped':true,'size':4096,'max':10}", Json.Text(log["options"].AsDocument));
        Assert.Equal("collection", log["type"].AsString);
        Assert.Equal(4, log["info"].AsDocument["uuid"].AsBinary.Subtype);
        Assert.Equal(
            "{'name':'items','type':'collection'}",
            Json.Text(shop.Session.ListCollections(Shop.Db, null, nameOnly: true)[0])
        );
    }

    [Fact]
    public void Creating_a_collection_again_is_an_error_only_with_other_options()
    {
        var shop = new Shop();
        shop.Session.CreateCollection(Shop.Db, "log");
        shop.Session.CreateCollection(Shop.Db, "log");
        var error = Assert.Throws<CommandError>(() =>
            shop.Session.CreateCollection(Shop.Db, "log", Json.Doc("{'capped': true, 'size': 4096}"))
        );
        Assert.Equal(48, error.Code);
    }

    [Theory]
    [InlineData("{'capped': true}", 72)]
    [InlineData("{'validator': {}}", 115)]
    [InlineData("{'timeseries': {}}", 115)]
    public void Options_that_do_nothing_here_are_refused(string options, int code) =>
        Assert.Equal(
            code,
            Assert
                .Throws<CommandError>(() =>
                    new Shop().Session.CreateCollection(Shop.Db, "c", Json.Doc(options))
                )
                .Code
        );

    [Fact]
    public void A_rename_swaps_a_staged_collection_in_by_one_step()
    {
        var shop = new Shop("{'_id': 'old'}");
        shop.Session.Insert(Shop.Db, "staging", [Json.Doc("{'_id': 'new'}")]);
        shop.Session.CreateIndexes(Shop.Db, "staging", [Json.Doc("{'key': {'a': 1}}")]);
        var error = Assert.Throws<CommandError>(() =>
            shop.Session.RenameCollection(Shop.Db, "staging", Shop.Db, Shop.Items)
        );
        Assert.Equal((48, "target namespace exists"), (error.Code, error.Message));
        shop.Session.RenameCollection(Shop.Db, "staging", Shop.Db, Shop.Items, dropTarget: true);
        Assert.Equal("new", shop.Ids());
        Assert.Equal(2, shop.Session.ListIndexes(Shop.Db, Shop.Items).Count);
        Assert.False(shop.Session.CollectionExists(Shop.Db, "staging"));
        Assert.Equal(
            26,
            Assert
                .Throws<CommandError>(() => shop.Session.RenameCollection(Shop.Db, "none", Shop.Db, "x"))
                .Code
        );
        Assert.Equal(
            20,
            Assert
                .Throws<CommandError>(() =>
                    shop.Session.RenameCollection(Shop.Db, Shop.Items, Shop.Db, Shop.Items)
                )
                .Code
        );
    }

    [Fact]
    public void A_renamed_collection_can_move_to_another_database()
    {
        var shop = new Shop("{'_id': 1}");
        shop.Session.RenameCollection(Shop.Db, Shop.Items, "other", "things");
        Assert.Equal("other", Assert.Single(shop.Session.ListDatabases()).Name);
        Assert.Contains(
            "other.things",
            Assert
                .Single(shop.Session.Insert("other", "things", [Json.Doc("{'_id': 1}")]).Errors)
                .Error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_dropped_database_is_gone_whole()
    {
        var shop = new Shop("{'_id': 1}");
        shop.Session.Insert(
            Shop.Db,
            "more",
            [
                [],
            ]
        );
        Assert.True(shop.Session.DropDatabase(Shop.Db));
        Assert.False(shop.Session.DropDatabase(Shop.Db));
        Assert.Empty(shop.Find());
    }

    [Fact]
    public void Statistics_count_documents_and_bytes()
    {
        var shop = new Shop("{'_id': 1}", "{'_id': 2}");
        shop.Delete("{'_id': 1}");
        var figures = shop.Session.Statistics(Shop.Db, Shop.Items)!;
        Assert.Equal((1, 14, 1), (figures.Count, figures.Bytes, figures.Indexes));
        Assert.Null(shop.Session.Statistics(Shop.Db, "none"));
    }
}

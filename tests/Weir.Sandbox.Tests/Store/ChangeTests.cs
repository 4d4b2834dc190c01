using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Changes;

namespace Weir.Sandbox.Tests.Store;

public sealed class ChangeTests
{
    private readonly Shop shop = new();
    private readonly List<StoreChange> changes = [];

    public ChangeTests() => shop.Store.Committed += changes.Add;

    [Fact]
    public void Every_committed_change_is_told_in_order()
    {
        shop.Insert("{'_id': 1, 'a': 1, 'b': {'c': 1, 'd': 2}, 'l': [1, 2, 3]}");
        shop.Update("{'_id': 1}", "{'$set': {'b.c': 5, 'l': [1, 9]}, '$unset': {'a': ''}}");
        shop.Update("{'_id': 1}", "{'x': 1}");
        shop.Update("{'_id': 1}", "{'$set': {'x': 1}}");
        shop.Delete("{'_id': 1}");
        shop.Session.DropCollection(Shop.Db, Shop.Items, out _);
        Assert.Equal(
            [
                StoreChangeKind.Create,
                StoreChangeKind.Insert,
                StoreChangeKind.Update,
                StoreChangeKind.Replace,
                StoreChangeKind.Delete,
                StoreChangeKind.Drop,
            ],
            changes.Select(static c => c.Kind)
        );
        Assert.Equal(changes.Select(static c => c.Sequence).Order(), changes.Select(static c => c.Sequence));
        Assert.All(changes, static c => Assert.Equal(("shop", "items"), (c.Database, c.Collection)));
        Assert.Equal("{'_id':1}", Json.Text(changes[4].DocumentKey!));
        Assert.Equal("{'_id':1,'x':1}", Json.Text(changes[3].FullDocument!));
        Assert.Equal(
            "{'updatedFields':{'b.c':5,'l.1':9},'removedFields':['a'],'truncatedArrays':[{'field':'l','newSize':2}]}",
            Json.Text(changes[2].UpdateDescription!)
        );
    }

    [Fact]
    public void The_changes_of_a_transaction_are_told_together_at_its_commit()
    {
        shop.Insert("{'_id': 0}");
        changes.Clear();
        var transaction = shop.Store.BeginTransaction();
        transaction.Tag = "mine";
        transaction.Session.Insert(Shop.Db, Shop.Items, [Json.Doc("{'_id': 1}"), Json.Doc("{'_id': 2}")]);
        Assert.Empty(changes);
        transaction.Commit();
        Assert.Equal([1, 2], changes.Select(static c => c.DocumentKey!["_id"].AsInt32));
        Assert.All(
            changes,
            c => Assert.Equal((shop.Store.Sequence, "mine"), (c.Sequence, c.Transaction!.Tag))
        );
    }

    [Fact]
    public void An_aborted_transaction_tells_nothing()
    {
        var transaction = shop.Store.BeginTransaction();
        transaction.Session.Insert(
            Shop.Db,
            Shop.Items,
            [
                [],
            ]
        );
        transaction.Abort();
        Assert.Empty(changes);
    }
}

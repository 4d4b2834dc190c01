using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Tests.Store;

/// <summary>A store with one collection, <c>shop.items</c>, and short ways to work with it.</summary>
internal sealed class Shop
{
    public const string Db = "shop";
    public const string Items = "items";

    public DocumentStore Store { get; }

    public StoreSession Session { get; }

    public Shop(params string[] documents)
        : this(TimeProvider.System, documents) { }

    public Shop(TimeProvider time, params string[] documents)
    {
        Store = new DocumentStore(time);
        Session = Store.Session;
        if (documents.Length > 0)
        {
            Insert(documents);
        }
    }

    /// <summary>The same shop, seen through another session.</summary>
    public Shop(Shop shop, StoreSession session)
    {
        Store = shop.Store;
        Session = session;
    }

    public InsertResult Insert(params string[] documents) =>
        Session.Insert(Db, Items, [.. documents.Select(Json.Doc)]);

    public List<BsonDocument> Find(string filter = "{}", string? sort = null, string? projection = null) =>
        Session
            .Find(
                Db,
                Items,
                new FindSpec
                {
                    Filter = Json.Doc(filter),
                    Sort = sort is null ? null : Json.Doc(sort),
                    Projection = projection is null ? null : Json.Doc(projection),
                }
            )
            .ToList();

    /// <summary>The _ids that match, as one text.</summary>
    public string Ids(string filter = "{}", string? sort = null) =>
        string.Join(' ', Find(filter, sort).Select(static d => d["_id"].ToString().Trim('"')));

    public UpdateResult Update(
        string filter,
        string update,
        bool multi = false,
        bool upsert = false,
        string? arrayFilters = null
    ) =>
        Session.Update(
            Db,
            Items,
            [
                new UpdateStatement
                {
                    Filter = Json.Doc(filter),
                    Update = Json.Value(update),
                    Multi = multi,
                    Upsert = upsert,
                    ArrayFilters = arrayFilters is null ? null : Json.Array(arrayFilters),
                },
            ]
        );

    public long Delete(string filter, bool single = false) =>
        Session
            .Delete(Db, Items, [new DeleteStatement { Filter = Json.Doc(filter), Single = single }])
            .Deleted;

    public List<BsonDocument> Aggregate(string pipeline) =>
        Session.Aggregate(Db, Items, new AggregateSpec { Pipeline = Json.Array(pipeline) }).ToList();

    public CreateIndexesResult Index(params string[] specifications) =>
        Session.CreateIndexes(Db, Items, [.. specifications.Select(Json.Doc)]);

    /// <summary>The only document, without its _id, as text.</summary>
    public string Only()
    {
        var document = Assert.Single(Find());
        document.Remove("_id");
        return Json.Text(document);
    }
}

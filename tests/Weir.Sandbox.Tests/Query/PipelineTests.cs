using Weir.Sandbox.Store;
using Weir.Sandbox.Tests.Store;

namespace Weir.Sandbox.Tests.Query;

public sealed class PipelineTests
{
    private static readonly string[] orders =
    [
        "{'_id': 1, 'c': 'ann', 'n': 5, 'tags': ['a', 'b']}",
        "{'_id': 2, 'c': 'bob', 'n': 3, 'tags': []}",
        "{'_id': 3, 'c': 'ann', 'n': 2}",
        "{'_id': 4, 'c': 'cat', 'n': 9, 'tags': 'solo'}",
    ];

    [Theory]
    [InlineData(
        "[{'$match': {'n': {'$gt': 2}}}, {'$sort': {'n': -1}}, {'$limit': 2}, {'$project': {'n': 1}}]",
        "{'_id':4,'n':9} {'_id':1,'n':5}"
    )]
    [InlineData(
        "[{'$group': {'_id': '$c', 'sum': {'$sum': '$n'}, 'count': {'$sum': 1}, 'ids': {'$push': '$_id'}}}]",
        "{'_id':'ann','sum':7,'count':2,'ids':[1,3]} {'_id':'bob','sum':3,'count':1,'ids':[2]} {'_id':'cat','sum':9,'count':1,'ids':[4]}"
    )]
    [InlineData(
        "[{'$group': {'_id': null, 'avg': {'$avg': '$n'}, 'min': {'$min': '$n'}, 'max': {'$max': '$n'}, 'first': {'$first': '$c'}, 'last': {'$last': '$c'}, 'set': {'$addToSet': '$c'}, 'k': {'$count': {}}}}]",
        "{'_id':null,'avg':4.75,'min':2,'max':9,'first':'ann','last':'cat','set':['ann','bob','cat'],'k':4}"
    )]
    [InlineData("[{'$skip': 1}, {'$count': 'k'}]", "{'k':3}")]
    [InlineData("[{'$match': {'n': 100}}, {'$count': 'k'}]", "")]
    [InlineData(
        "[{'$unwind': '$tags'}, {'$project': {'tags': 1}}]",
        "{'_id':1,'tags':'a'} {'_id':1,'tags':'b'} {'_id':4,'tags':'solo'}"
    )]
    [InlineData(
        "[{'$unwind': {'path': '$tags', 'preserveNullAndEmptyArrays': true, 'includeArrayIndex': 'i'}}, {'$project': {'tags': 1, 'i': 1}}]",
        "{'_id':1,'tags':'a','i':0} {'_id':1,'tags':'b','i':1} {'_id':2,'i':null} {'_id':3,'i':null} {'_id':4,'tags':'solo','i':null}"
    )]
    [InlineData(
        "[{'$match': {'_id': 3}}, {'$addFields': {'m': {'$add': ['$n', 1]}, 'o.p': '$c'}}]",
        "{'_id':3,'c':'ann','n':2,'m':3,'o':{'p':'ann'}}"
    )]
    [InlineData("[{'$match': {'_id': 3}}, {'$unset': ['n', 'c']}]", "{'_id':3}")]
    [InlineData("[{'$match': {'_id': 3}}, {'$replaceRoot': {'newRoot': {'who': '$c'}}}]", "{'who':'ann'}")]
    [InlineData(
        "[{'$match': {'_id': 3}}, {'$replaceWith': {'$mergeObjects': ['$$ROOT', {'x': 1}]}}]",
        "{'_id':3,'c':'ann','n':2,'x':1}"
    )]
    [InlineData("[{'$sortByCount': '$c'}, {'$limit': 1}]", "{'_id':'ann','count':2}")]
    [InlineData(
        "[{'$facet': {'all': [{'$count': 'k'}], 'top': [{'$sort': {'n': -1}}, {'$limit': 1}, {'$project': {'_id': 1}}]}}]",
        "{'all':[{'k':4}],'top':[{'_id':4}]}"
    )]
    [InlineData(
        "[{'$bucket': {'groupBy': '$n', 'boundaries': [0, 4, 8], 'default': 'more'}}]",
        "{'_id':0,'count':2} {'_id':4,'count':1} {'_id':'more','count':1}"
    )]
    [InlineData(
        "[{'$match': {'_id': 1}}, {'$lookup': {'from': 'items', 'localField': 'c', 'foreignField': 'c', 'as': 'same'}}, {'$project': {'same._id': 1}}]",
        "{'_id':1,'same':[{'_id':1},{'_id':3}]}"
    )]
    [InlineData(
        "[{'$match': {'_id': 2}}, {'$lookup': {'from': 'items', 'let': {'n': '$n'}, 'pipeline': [{'$match': {'$expr': {'$gt': ['$n', '$$n']}}}, {'$project': {'n': 1}}], 'as': 'more'}}, {'$project': {'more': 1}}]",
        "{'_id':2,'more':[{'_id':1,'n':5},{'_id':4,'n':9}]}"
    )]
    [InlineData(
        "[{'$project': {'_id': 0, 'c': 1, 'big': {'$gte': ['$n', 5]}}}, {'$limit': 1}]",
        "{'c':'ann','big':true}"
    )]
    public void A_pipeline_gives_documents(string pipeline, string expected) =>
        Assert.Equal(expected, string.Join(' ', new Shop(orders).Aggregate(pipeline).Select(Json.Text)));

    [Theory]
    [InlineData("[{'$nope': 1}]", 40324, "Unrecognized pipeline stage name: '$nope'")]
    [InlineData(
        "[{'$match': {}, '$limit': 1}]",
        40323,
        "A pipeline stage specification object must contain exactly one field."
    )]
    [InlineData("[5]", 14, "Each element of the 'pipeline' array must be an object")]
    [InlineData("[{'$limit': 0}]", 15958, "the limit must be positive")]
    [InlineData("[{'$group': {'n': {'$sum': 1}}}]", 15955, "a group specification must include an _id")]
    [InlineData("[{'$group': {'_id': 1, 'n': {'$nope': 1}}}]", 15952, "unknown group operator '$nope'")]
    [InlineData(
        "[{'$graphLookup': {}}]",
        115,
        "The sandbox does not support the aggregation stage $graphLookup"
    )]
    [InlineData("[{'$out': 'x'}, {'$limit': 1}]", 40601, "$out can only be the final stage in the pipeline")]
    public void A_pipeline_it_does_not_understand_is_an_error(string pipeline, int code, string message)
    {
        var error = Assert.Throws<CommandError>(() => new Shop(orders).Aggregate(pipeline));
        Assert.Equal((code, message), (error.Code, error.Message));
    }

    [Fact]
    public void A_sample_has_the_size_asked_for() =>
        Assert.Equal(
            3,
            new Shop(orders)
                .Aggregate("[{'$sample': {'size': 3}}]")
                .Select(static d => d["_id"])
                .Distinct()
                .Count()
        );

    [Fact]
    public void Out_replaces_a_collection_and_keeps_its_indexes()
    {
        var shop = new Shop(orders);
        shop.Session.Insert(Shop.Db, "target", [Json.Doc("{'_id': 99}")]);
        shop.Session.CreateIndexes(Shop.Db, "target", [Json.Doc("{'key': {'c': 1}}")]);
        Assert.Empty(shop.Aggregate("[{'$match': {'c': 'ann'}}, {'$out': 'target'}]"));
        var target = shop.Session.Find(Shop.Db, "target", new()).ToList();
        Assert.Equal([1, 3], target.Select(static d => d["_id"].AsInt32));
        Assert.Equal(2, shop.Session.ListIndexes(Shop.Db, "target").Count);
        Assert.Equal(
            ["items", "target"],
            shop.Session.ListCollections(Shop.Db).Select(static c => c["name"].AsString)
        );
    }

    [Fact]
    public void Merge_updates_what_is_there_and_inserts_the_rest()
    {
        var shop = new Shop(orders);
        shop.Session.Insert(Shop.Db, "target", [Json.Doc("{'_id': 'ann', 'old': 1}")]);
        shop.Aggregate("[{'$group': {'_id': '$c', 'n': {'$sum': '$n'}}}, {'$merge': {'into': 'target'}}]");
        Assert.Equal(
            "{'_id':'ann','old':1,'n':7} {'_id':'bob','n':3} {'_id':'cat','n':9}",
            string.Join(' ', shop.Session.Find(Shop.Db, "target", new()).ToList().Select(Json.Text))
        );
    }
}

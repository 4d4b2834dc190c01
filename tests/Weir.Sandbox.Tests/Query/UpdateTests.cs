using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Tests.Store;
using Weir.Testing;

namespace Weir.Sandbox.Tests.Query;

public sealed class UpdateTests
{
    [Theory]
    [InlineData("{'a': 1}", "{'$set': {'b': 2, 'a': 3}}", "{'a':3,'b':2}")]
    [InlineData("{}", "{'$set': {'z': 1, 'b.c': 2}}", "{'b':{'c':2},'z':1}")]
    [InlineData("{'a': [1, 2]}", "{'$set': {'a.3': 9}}", "{'a':[1,2,null,9]}")]
    [InlineData("{'a': 1, 'b': 2}", "{'$unset': {'a': '', 'x.y': ''}}", "{'b':2}")]
    [InlineData("{'a': [1, 2, 3]}", "{'$unset': {'a.1': ''}}", "{'a':[1,null,3]}")]
    [InlineData("{'a': 1}", "{'$inc': {'a': 2, 'b': 5}}", "{'a':3,'b':5}")]
    [InlineData("{'a': 2147483647}", "{'$inc': {'a': 1}}", "{'a':2147483648}")]
    [InlineData("{'a': 3}", "{'$mul': {'a': 2, 'b': 7}}", "{'a':6,'b':0}")]
    [InlineData("{'a': 3, 'b': 3}", "{'$min': {'a': 2, 'b': 4}}", "{'a':2,'b':3}")]
    [InlineData("{'a': 3, 'b': 3}", "{'$max': {'a': 2, 'b': 4}}", "{'a':3,'b':4}")]
    [InlineData("{'a': 1, 'b': 2}", "{'$rename': {'a': 'c.d'}}", "{'b':2,'c':{'d':1}}")]
    [InlineData("{'a': 6}", "{'$bit': {'a': {'and': 3}}}", "{'a':2}")]
    [InlineData("{}", "{'$push': {'a': 1}}", "{'a':[1]}")]
    [InlineData(
        "{'a': [5, 1]}",
        "{'$push': {'a': {'$each': [3, 9], '$sort': 1, '$slice': -3}}}",
        "{'a':[3,5,9]}"
    )]
    [InlineData("{'a': [1, 2]}", "{'$push': {'a': {'$each': [7, 8], '$position': 1}}}", "{'a':[1,7,8,2]}")]
    [InlineData(
        "{'a': [{'n': 2}]}",
        "{'$push': {'a': {'$each': [{'n': 1}], '$sort': {'n': 1}}}}",
        "{'a':[{'n':1},{'n':2}]}"
    )]
    [InlineData("{'a': [1]}", "{'$addToSet': {'a': {'$each': [1, 2, 2.0]}}}", "{'a':[1,2]}")]
    [InlineData("{'a': [1, 2, 3]}", "{'$pop': {'a': 1}}", "{'a':[1,2]}")]
    [InlineData("{'a': [1, 2, 3]}", "{'$pop': {'a': -1}}", "{'a':[2,3]}")]
    [InlineData("{'a': [1, 5, 9]}", "{'$pull': {'a': {'$gte': 5}}}", "{'a':[1]}")]
    [InlineData("{'a': [{'n': 1, 'm': 1}, {'n': 2}]}", "{'$pull': {'a': {'n': 1}}}", "{'a':[{'n':2}]}")]
    [InlineData("{'a': [1, 2, 1]}", "{'$pull': {'a': 1}}", "{'a':[2]}")]
    [InlineData("{'a': [1, 2, 1, 3]}", "{'$pullAll': {'a': [1, 3]}}", "{'a':[2]}")]
    [InlineData("{'a': [1, 2]}", "{'$inc': {'a.$[]': 10}}", "{'a':[11,12]}")]
    [InlineData(
        "{'a': [{'b': [1, 2]}, {'b': [3]}]}",
        "{'$inc': {'a.$[].b.$[]': 1}}",
        "{'a':[{'b':[2,3]},{'b':[4]}]}"
    )]
    [InlineData("{'a': 1}", "{'b': 2}", "{'b':2}")]
    [InlineData(
        "{'a': 1, 'b': 2}",
        "[{'$set': {'c': {'$add': ['$a', '$b']}}}, {'$unset': 'a'}]",
        "{'b':2,'c':3}"
    )]
    [InlineData("{'a': {'x': 1}}", "[{'$replaceWith': '$a'}]", "{'x':1}")]
    public void An_update_changes_a_document(string document, string update, string expected)
    {
        var shop = new Shop(document);
        var result = shop.Update("{}", update);
        Assert.Empty(result.Errors);
        Assert.Equal((1, 1), (result.Matched, result.Modified));
        Assert.Equal(expected, shop.Only());
    }

    [Theory]
    [InlineData("{'$set': {'a': 1}}")]
    [InlineData("{'$unset': {'b': 1}}")]
    [InlineData("{'$max': {'a': 0}}")]
    [InlineData("{'$addToSet': {'list': 1}}")]
    [InlineData("{'$pull': {'list': 7}}")]
    [InlineData("{'a': 1, 'list': [1]}")]
    [InlineData("{'$setOnInsert': {'z': 1}}")]
    public void An_update_without_effect_matches_but_modifies_nothing(string update)
    {
        var shop = new Shop("{'_id': 1, 'a': 1, 'list': [1]}");
        var result = shop.Update("{}", update);
        Assert.Empty(result.Errors);
        Assert.Equal((1, 0), (result.Matched, result.Modified));
    }

    [Theory]
    [InlineData(
        "{'$set': {'_id': 2}}",
        66,
        "Performing an update on the path '_id' would modify the immutable field '_id'"
    )]
    [InlineData("{'_id': 2, 'a': 1}", 66, null)]
    [InlineData(
        "{'$set': {'a': 1}, '$inc': {'a.b': 1}}",
        40,
        "Updating the path 'a.b' would create a conflict at 'a'"
    )]
    [InlineData(
        "{'$set': {'a': 1}, '$inc': {'a': 1}}",
        40,
        "Updating the path 'a' would create a conflict at 'a'"
    )]
    [InlineData(
        "{'$foo': {'a': 1}}",
        9,
        "Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update specified as an array"
    )]
    [InlineData("{'$inc': {'a': 'x'}}", 14, "Cannot increment with non-numeric argument: {a: \"x\"}")]
    [InlineData(
        "{'$inc': {'s': 1}}",
        14,
        "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 's' of non-numeric type string"
    )]
    [InlineData("{'$set': {'s.x': 1}}", 28, "Cannot create field 'x' in element {s: \"text\"}")]
    [InlineData(
        "{'$push': {'s': 1}}",
        2,
        "The field 's' must be an array but is of type string in document {_id: 1}"
    )]
    [InlineData("{'$inc': {'big': 1}}", 2, null)]
    [InlineData(
        "{'$set': {'list.$': 1}}",
        2,
        "The positional operator did not find the match needed from the query."
    )]
    [InlineData("{'$set': {'': 1}}", 56, "An empty update path is not valid.")]
    [InlineData("{'a': 1, '$set': {'b': 1}}", 52, null)]
    [InlineData("[{'$match': {}}]", 72, "$match is not allowed to be used within an update")]
    [InlineData(
        "{'$set': {'list.$[x]': 1}}",
        2,
        "No array filter found for identifier 'x' in path 'list.$[x]'"
    )]
    public void An_update_that_can_not_be_done_is_an_error(string update, int code, string? message)
    {
        var shop = new Shop(
            "{'_id': 1, 's': 'text', 'list': [1], 'big': {'$numberLong': '9223372036854775807'}}"
        );
        var before = Json.Text(shop.Find()[0]);
        var error = Assert.Single(shop.Update("{}", update).Errors).Error;
        Assert.Equal(code, error.Code);
        if (message is not null)
        {
            Assert.Equal(message, error.Message);
        }

        Assert.Equal(before, Json.Text(shop.Find()[0]));
    }

    [Fact]
    public void Bits_keep_the_type_of_the_number()
    {
        var shop = new Shop("{'_id': 1, 'a': 6}");
        shop.Update("{}", "{'$bit': {'a': {'or': 1}}}");
        Assert.Equal((BsonValue)7, shop.Find()[0]["a"]);
    }

    [Fact]
    public void A_positional_update_changes_the_element_that_matched()
    {
        var shop = new Shop("{'_id': 1, 'g': [{'n': 1}, {'n': 2}, {'n': 3}]}");
        shop.Update("{'g.n': 2}", "{'$set': {'g.$.n': 20}}");
        shop.Update("{'g': {'$elemMatch': {'n': {'$gt': 2, '$lt': 10}}}}", "{'$set': {'g.$.n': 30}}");
        Assert.Equal("{'g':[{'n':1},{'n':20},{'n':30}]}", shop.Only());
    }

    [Fact]
    public void Array_filters_choose_elements()
    {
        var shop = new Shop("{'_id': 1, 'g': [{'n': 1, 'v': [1, 5]}, {'n': 2, 'v': [7, 2]}]}");
        shop.Update("{}", "{'$set': {'g.$[x].v.$[y]': 0}}", arrayFilters: "[{'x.n': 2}, {'y': {'$gt': 5}}]");
        Assert.Equal("{'g':[{'n':1,'v':[1,5]},{'n':2,'v':[0,2]}]}", shop.Only());
    }

    [Fact]
    public void An_upsert_starts_from_the_equalities_of_its_filter()
    {
        var shop = new Shop();
        var result = shop.Update(
            "{'_id': 7, 'a.b': 1, 'c': {'$gt': 5}, '$and': [{'d': {'$eq': 2}}]}",
            "{'$set': {'x': 1}, '$setOnInsert': {'y': 2}, '$inc': {'n': 1}}",
            upsert: true
        );
        Assert.Equal(7, Assert.Single(result.Upserted).Id.AsInt32);
        Assert.Equal((0, 0), (result.Matched, result.Modified));
        Assert.Equal("{'a':{'b':1},'d':2,'n':1,'x':1,'y':2}", shop.Only());
    }

    [Fact]
    public void An_upsert_of_a_replacement_takes_the_id_of_the_filter_or_a_new_one()
    {
        var shop = new Shop();
        shop.Update("{'_id': 7, 'a': 1}", "{'b': 2}", upsert: true);
        Assert.Equal("{'b':2}", shop.Only());
        Assert.Equal("7", shop.Ids());
        var made = shop.Update("{'a': 9}", "{'c': 1}", upsert: true).Upserted;
        Assert.True(Assert.Single(made).Id.IsObjectId);
    }

    [Fact]
    public void A_document_can_not_grow_beyond_16_megabytes()
    {
        var shop = new Shop("{'_id': 1, 'a': ''}");
        var update = new BsonDocument("$set", new BsonDocument("a", new string('x', 17_000_000)));
        var statement = new Weir.Sandbox.Store.Requests.UpdateStatement { Update = update };
        var error = Assert.Single(shop.Session.Update(Shop.Db, Shop.Items, [statement]).Errors).Error;
        Assert.Equal((10334, "BSONObjectTooLarge"), (error.Code, error.CodeName));
    }

    [Fact]
    public void Current_date_is_the_stores_clock()
    {
        var clock = new ManualClock();
        var shop = new Shop(clock, "{'_id': 1}");
        shop.Update("{}", "{'$currentDate': {'d': true, 't': {'$type': 'timestamp'}}}");
        var document = shop.Find()[0];
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds(), document["d"].AsMillisecondsSinceEpoch);
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), document["t"].AsTimestamp.Seconds);
    }
}

using Weir.Sandbox.Store;
using Weir.Sandbox.Tests.Store;

namespace Weir.Sandbox.Tests.Query;

public sealed class ProjectionTests
{
    private const string Document =
        "{'_id': 1, 'a': 1, 'b': {'c': 2, 'd': 3}, 'l': [1, 2, 3, 4], 'g': [{'x': 1, 'y': 2}, {'x': 3}, 5]}";

    [Theory]
    [InlineData("{'a': 1}", "{'_id':1,'a':1}")]
    [InlineData("{'a': 1, '_id': 0}", "{'a':1}")]
    [InlineData("{'_id': 1}", "{'_id':1}")]
    [InlineData("{'l': 0, 'g': 0}", "{'_id':1,'a':1,'b':{'c':2,'d':3}}")]
    [InlineData("{'_id': 0, 'b': 0, 'l': 0, 'g': 0}", "{'a':1}")]
    [InlineData("{'b.c': 1}", "{'_id':1,'b':{'c':2}}")]
    [InlineData("{'b': {'d': 1}}", "{'_id':1,'b':{'d':3}}")]
    [InlineData("{'g.x': 1}", "{'_id':1,'g':[{'x':1},{'x':3}]}")]
    [InlineData("{'g.x': 0, 'a': 0, 'b': 0, 'l': 0}", "{'_id':1,'g':[{'y':2},{},5]}")]
    [InlineData("{'l': {'$slice': 2}, 'a': 1}", "{'_id':1,'a':1,'l':[1,2]}")]
    [InlineData("{'l': {'$slice': -1}, 'g': 0, 'b': 0}", "{'_id':1,'a':1,'l':[4]}")]
    [InlineData("{'l': {'$slice': [1, 2]}, '_id': 1, 'a': 1}", "{'_id':1,'a':1,'l':[2,3]}")]
    [InlineData("{'g': {'$elemMatch': {'x': 3}}}", "{'_id':1,'g':[{'x':3}]}")]
    [InlineData("{'g': {'$elemMatch': {'x': 9}}}", "{'_id':1}")]
    [InlineData("{'s': {'$add': ['$a', '$b.c']}, 'a': 1}", "{'_id':1,'a':1,'s':3}")]
    [InlineData("{'t': '$b.d', '_id': 0}", "{'t':3}")]
    [InlineData("{'missing': 1}", "{'_id':1}")]
    public void A_projection_shows_a_part(string projection, string expected) =>
        Assert.Equal(expected, Json.Text(new Shop(Document).Find(projection: projection)[0]));

    [Fact]
    public void The_positional_projection_shows_the_element_that_matched() =>
        Assert.Equal(
            "{'_id':1,'g':[{'x':3}]}",
            Json.Text(new Shop(Document).Find("{'g.x': 3}", projection: "{'g.$': 1}")[0])
        );

    [Theory]
    [InlineData("{'a': 1, 'b': 0}", 31254, "Cannot do exclusion on field b in inclusion projection")]
    [InlineData("{'a': 0, 'b': 1}", 31253, "Cannot do inclusion on field b in exclusion projection")]
    [InlineData("{'b': 1, 'b.c': 1}", 31249, "Path collision at b.c remaining portion c")]
    [InlineData("{'a': {'$nope': 1}}", 168, "Unrecognized expression '$nope'")]
    public void A_projection_that_contradicts_itself_is_an_error(string projection, int code, string message)
    {
        var error = Assert.Throws<CommandError>(() => new Shop(Document).Find(projection: projection));
        Assert.Equal((code, message), (error.Code, error.Message));
    }
}

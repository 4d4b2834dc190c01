using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;

namespace Weir.Sandbox.Query.Projections;

/// <summary>$elemMatch of a find projection: the first element that matches, or nothing.</summary>
internal sealed class ElementMatchField(string name, Filter filter) : FieldProjection
{
    public override BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context)
    {
        var trace = new MatchTrace();
        return
            value is { IsArray: true } found
            && filter.Matches(new BsonDocument(name, found), trace)
            && trace.ArrayIndex is { } index
            ? (BsonValue)new BsonArray { found.AsArray[index] }
            : default(BsonValue?);
    }
}

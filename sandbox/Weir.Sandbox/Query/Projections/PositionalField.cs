using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Projections;

/// <summary><c>"a.$": 1</c>: the element that the query matched.</summary>
internal sealed class PositionalField(Filter query) : FieldProjection
{
    public override BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context)
    {
        if (value is not { IsArray: true } found)
        {
            return value;
        }

        var trace = new MatchTrace();
        return query.Matches(root, trace) && trace.ArrayIndex is { } index && index < found.AsArray.Count
            ? new BsonArray { found.AsArray[index] }
            : throw new CommandError(
                51246,
                "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array"
            );
    }
}

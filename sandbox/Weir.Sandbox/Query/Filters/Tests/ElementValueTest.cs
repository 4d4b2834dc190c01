using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$elemMatch with operators: one element passes all of them.</summary>
internal sealed class ElementValueTest(Filter filter) : ValueTest
{
    /// <summary>The name under which an element is shown to the filter.</summary>
    public const string Name = "";

    public override bool LooksIntoArrays => false;

    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (!value.IsArray)
        {
            return false;
        }

        var array = value.AsArray;
        for (var i = 0; i < array.Count; i++)
        {
            if (filter.Matches(new BsonDocument(Name, array[i])))
            {
                if (trace is not null)
                {
                    trace.ArrayIndex = i;
                }

                return true;
            }
        }

        return false;
    }
}

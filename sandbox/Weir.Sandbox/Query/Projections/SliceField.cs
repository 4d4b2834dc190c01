using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Projections;

/// <summary>$slice of a find projection: some elements of an array; what is no array stays.</summary>
internal sealed class SliceField(long skip, long? limit) : FieldProjection
{
    public override BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context)
    {
        if (value is not { IsArray: true } found)
        {
            return value;
        }

        var array = found.AsArray;
        var start = skip < 0 ? Math.Max(0, array.Count + skip) : Math.Min(skip, array.Count);
        var take = Math.Min(limit ?? long.MaxValue, array.Count - start);
        return new BsonArray(array.Skip((int)start).Take((int)take));
    }
}

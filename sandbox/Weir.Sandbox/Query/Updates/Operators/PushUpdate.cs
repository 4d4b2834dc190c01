using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$push with $each, $position, $sort and $slice.</summary>
internal sealed class PushUpdate : FieldUpdate
{
    private readonly BsonArray values;
    private readonly long? position;
    private readonly long? slice;
    private readonly BsonValue sort;

    private PushUpdate(BsonArray values, long? position, long? slice, BsonValue sort) =>
        (this.values, this.position, this.slice, this.sort) = (values, position, slice, sort);

    public static PushUpdate Parse(BsonValue operand)
    {
        var values = ArraySlot.Each(operand, "$push");
        if (!operand.IsDocument || !operand.AsDocument.Contains("$each"))
        {
            return new PushUpdate(values, null, null, default);
        }

        foreach (var name in operand.AsDocument.Names)
        {
            if (name is not ("$each" or "$position" or "$slice" or "$sort"))
            {
                throw CommandError.BadValue($"Unrecognized clause in $push: {name}");
            }
        }

        return new PushUpdate(
            values,
            Whole(operand.AsDocument, "$position"),
            Whole(operand.AsDocument, "$slice"),
            Sort(operand.AsDocument)
        );
    }

    public override void Apply(Slot slot)
    {
        var array = ArraySlot.Get(slot, "$push", ErrorCodes.BadValue);
        var at = position switch
        {
            null => array.Count,
            < 0 => (int)Math.Max(0, array.Count + position.Value),
            _ => (int)Math.Min(array.Count, position.Value),
        };
        foreach (var value in values)
        {
            array.Insert(at++, value.Clone());
        }

        slot.Set(Sliced(Sorted(array)));
    }

    private static long? Whole(BsonDocument clauses, string name)
    {
        if (!clauses.TryGetValue(name, out var value))
        {
            return null;
        }

        return Numbers.TryWhole(value, out var whole)
            ? whole
            : throw CommandError.BadValue(
                $"The value for {name} must be an integer value but was given type: {ValueText.TypeName(value.Type)}"
            );
    }

    private static BsonValue Sort(BsonDocument clauses)
    {
        if (!clauses.TryGetValue("$sort", out var sort))
        {
            return default;
        }

        if (sort.IsDocument && sort.AsDocument.Count > 0)
        {
            _ = SortOrder.Parse(sort.AsDocument);
            return sort;
        }

        return Numbers.TryWhole(sort, out var direction) && direction is 1 or -1
            ? sort
            : throw CommandError.BadValue("The $sort element value must be either 1 or -1");
    }

    private BsonArray Sorted(BsonArray array)
    {
        if (sort.IsNull)
        {
            return array;
        }

        if (!sort.IsDocument)
        {
            return new BsonArray(
                sort.ToInt64() > 0
                    ? array.OrderBy(static v => v, BsonOrder.Instance)
                    : array.OrderByDescending(static v => v, BsonOrder.Instance)
            );
        }

        // What is no document sorts as one without the fields.
        var rows = array.Select(static value => new BsonDocument("v", value)).ToList();
        var prefixed = new BsonDocument();
        foreach (var (name, direction) in sort.AsDocument)
        {
            prefixed.Add("v." + name, direction);
        }

        return new BsonArray(SortOrder.Parse(prefixed)!.Sort(rows).Select(static row => row["v"]));
    }

    private BsonArray Sliced(BsonArray array) =>
        slice switch
        {
            null => array,
            >= 0 => new BsonArray(array.Take((int)Math.Min(slice.Value, int.MaxValue))),
            _ => new BsonArray(array.Skip((int)Math.Max(0, array.Count + slice.Value))),
        };
}

using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Compares values of the same kind; numbers across their types.</summary>
internal static class Values
{
    public static bool AreEqual(BsonValue left, BsonValue right) =>
        left.IsNumber && right.IsNumber ? Compare(left, right) == 0 : left.Equals(right);

    /// <summary>Below zero, zero, above; <see langword="null"/> where the two have no order.</summary>
    public static int? Compare(BsonValue left, BsonValue right)
    {
        if (left.IsNumber && right.IsNumber)
        {
            return CompareNumbers(left, right);
        }
        if (left.Type != right.Type)
        {
            return null;
        }
        return left.Type switch
        {
            BsonType.String => string.CompareOrdinal(left.AsString, right.AsString),
            BsonType.DateTime => left.AsMillisecondsSinceEpoch.CompareTo(right.AsMillisecondsSinceEpoch),
            BsonType.ObjectId => left.AsObjectId.CompareTo(right.AsObjectId),
            BsonType.Boolean => left.AsBoolean.CompareTo(right.AsBoolean),
            BsonType.Timestamp => CompareTimes(left.AsTimestamp, right.AsTimestamp),
            _ => null,
        };
    }

    private static int? CompareNumbers(BsonValue left, BsonValue right)
    {
        if (left.Type is BsonType.Int32 or BsonType.Int64 && right.Type is BsonType.Int32 or BsonType.Int64)
        {
            return left.ToInt64().CompareTo(right.ToInt64());
        }
        var (one, other) = (left.ToDouble(), right.ToDouble());
        return double.IsNaN(one) || double.IsNaN(other) ? null : one.CompareTo(other);
    }

    private static int CompareTimes(BsonTimestamp left, BsonTimestamp right) =>
        left.Seconds != right.Seconds
            ? left.Seconds.CompareTo(right.Seconds)
            : left.Increment.CompareTo(right.Increment);
}

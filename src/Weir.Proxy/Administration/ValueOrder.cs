using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>The order of values in tables: null, numbers, text, the rest; within a kind as one expects.</summary>
internal sealed class ValueOrder(bool isDescending) : IComparer<BsonValue>
{
    int IComparer<BsonValue>.Compare(BsonValue x, BsonValue y) =>
        isDescending ? Compare(y, x) : Compare(x, y);

    public static int Compare(BsonValue x, BsonValue y)
    {
        int kind = KindOf(x);
        if (kind != KindOf(y))
            return kind.CompareTo(KindOf(y));
        return kind switch
        {
            0 => 0,
            // Ids have more digits than a double.
            1 when IsWhole(x) && IsWhole(y) => x.ToInt64().CompareTo(y.ToInt64()),
            1 => x.ToDouble().CompareTo(y.ToDouble()),
            2 => string.CompareOrdinal(x.AsString, y.AsString),
            3 => x.AsBoolean.CompareTo(y.AsBoolean),
            4 => x.AsMillisecondsSinceEpoch.CompareTo(y.AsMillisecondsSinceEpoch),
            _ => x == y ? 0 : string.CompareOrdinal(x.ToString(), y.ToString()),
        };
    }

    private static bool IsWhole(BsonValue value) => value.Type is BsonType.Int32 or BsonType.Int64;

    public static int KindOf(BsonValue value) =>
        value.Type switch
        {
            BsonType.Null or BsonType.Undefined => 0,
            BsonType.Int32 or BsonType.Int64 or BsonType.Double or BsonType.Decimal128 => 1,
            BsonType.String => 2,
            BsonType.Boolean => 3,
            BsonType.DateTime => 4,
            _ => 5,
        };
}

using Weir.Protocol.Bson;

namespace Weir.Sync.Verification;

/// <summary>
/// The documents of a range, whatever their order: how many, and the sum of their hashes. A sum counts a document that
/// is there twice, or two that took each other's place; XOR would not see pairs.
/// </summary>
internal readonly record struct RangeHash(long Count, UInt128 Sum)
{
    public RangeHash Add(UInt128 hash) => new(Count + 1, unchecked(Sum + hash));

    public static RangeHash Parse(BsonDocument state) =>
        new(
            state["count"].ToInt64(),
            UInt128.Parse(
                state["sum"].AsString,
                System.Globalization.NumberStyles.HexNumber,
                System.Globalization.CultureInfo.InvariantCulture
            )
        );

    public BsonDocument ToBson() =>
        new()
        {
            ["count"] = Count,
            ["sum"] = Sum.ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
        };
}

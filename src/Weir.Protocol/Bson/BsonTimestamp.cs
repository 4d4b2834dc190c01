namespace Weir.Protocol.Bson;

/// <summary>MongoDB's internal timestamp: seconds since the epoch and a counter within the second.</summary>
public readonly record struct BsonTimestamp(uint Seconds, uint Increment) : IComparable<BsonTimestamp>
{
    /// <summary>The 64 bits of the wire: seconds high, increment low.</summary>
    public ulong Value => ((ulong)Seconds << 32) | Increment;

    public static BsonTimestamp FromValue(ulong value) => new((uint)(value >> 32), (uint)value);

    public int CompareTo(BsonTimestamp other) => Value.CompareTo(other.Value);

    public static bool operator <(BsonTimestamp left, BsonTimestamp right) => left.Value < right.Value;

    public static bool operator >(BsonTimestamp left, BsonTimestamp right) => left.Value > right.Value;

    public static bool operator <=(BsonTimestamp left, BsonTimestamp right) => left.Value <= right.Value;

    public static bool operator >=(BsonTimestamp left, BsonTimestamp right) => left.Value >= right.Value;

    public override string ToString() => $"Timestamp({Seconds}, {Increment})";
}

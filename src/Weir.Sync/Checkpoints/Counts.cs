using Weir.Protocol.Bson;

namespace Weir.Sync.Checkpoints;

/// <summary>What was done with records.</summary>
/// <param name="Read">Read from the source.</param>
/// <param name="Written">Written to the destination, whether that changed anything or not.</param>
/// <param name="Deleted">Deleted from the destination.</param>
/// <param name="LeftOut">Left out by filter transforms.</param>
/// <param name="Refused">Sent to the dead letters.</param>
/// <param name="Bytes">Bytes read, as BSON.</param>
public readonly record struct Counts(
    long Read,
    long Written,
    long Deleted,
    long LeftOut,
    long Refused,
    long Bytes
)
{
    internal static Counts Parse(BsonValue value)
    {
        if (!value.IsDocument)
        {
            return default;
        }
        var counts = value.AsDocument;
        return new(
            Get(counts, "read"),
            Get(counts, "written"),
            Get(counts, "deleted"),
            Get(counts, "leftOut"),
            Get(counts, "refused"),
            Get(counts, "bytes")
        );
    }

    internal BsonDocument ToBson() =>
        new()
        {
            ["read"] = Read,
            ["written"] = Written,
            ["deleted"] = Deleted,
            ["leftOut"] = LeftOut,
            ["refused"] = Refused,
            ["bytes"] = Bytes,
        };

    /// <summary>Both together.</summary>
    public static Counts operator +(Counts left, Counts right) =>
        new(
            left.Read + right.Read,
            left.Written + right.Written,
            left.Deleted + right.Deleted,
            left.LeftOut + right.LeftOut,
            left.Refused + right.Refused,
            left.Bytes + right.Bytes
        );

    private static long Get(BsonDocument counts, string name) =>
        counts.GetValueOrDefault(name) is { IsNumber: true } number ? number.ToInt64() : 0;
}

using Weir.Protocol.Bson;

namespace Weir.Sync.Tests;

/// <summary>Documents for tests.</summary>
internal static class Documents
{
    public static IEnumerable<BsonDocument> Numbered(int count, int first = 0) =>
        Enumerable
            .Range(first, count)
            .Select(i => new BsonDocument
            {
                ["_id"] = i,
                ["name"] = $"document {i}",
                ["group"] = i % 10,
            });

    /// <summary>An <c>_id</c> of every kind that MongoDB takes, some kinds more than once.</summary>
    public static IEnumerable<BsonDocument> OfEveryKind()
    {
        BsonValue[] ids =
        [
            BsonValue.MinKey,
            BsonValue.Null,
            double.NaN,
            double.NegativeInfinity,
            -5,
            0.5,
            7L,
            Decimal128.Parse("12.75"),
            double.PositiveInfinity,
            "",
            "a",
            "zebra",
            new BsonDocument(),
            new BsonDocument { ["x"] = 1, ["y"] = 2 },
            new BsonBinary(0, [1, 2, 3]),
            BsonBinary.FromGuid(new Guid("12345678-1234-1234-1234-123456789012")),
            ObjectId.Parse("65f000000000000000000001"),
            ObjectId.Parse("65f000000000000000000002"),
            false,
            true,
            new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc),
            new BsonTimestamp(5, 1),
            BsonValue.MaxKey,
        ];
        return ids.Select((id, i) => new BsonDocument { ["_id"] = id, ["i"] = i });
    }
}

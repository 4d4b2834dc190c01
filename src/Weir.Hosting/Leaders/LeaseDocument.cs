using Weir.Protocol.Bson;

namespace Weir.Hosting.Leaders;

/// <summary>
/// The lease document, <c>{_id, owner, fence, expires}</c>, and the updates that change it. All times are the
/// server's: <c>expires</c> is compared with and computed from <c>$$NOW</c>, so processes' clocks do not matter.
/// </summary>
internal static class LeaseDocument
{
    public const string Owner = "owner";
    public const string Fence = "fence";
    public const string Expires = "expires";

    private const string IsFree = "isFree";

    /// <summary>Takes the lease if it is free or expired, with the next fence; else changes nothing.</summary>
    public static BsonArray Take(string owner, TimeSpan duration) =>
        [
            new BsonDocument(
                "$set",
                new BsonDocument(
                    IsFree,
                    Operator(
                        "$or",
                        Operator("$lte", Operator("$ifNull", "$" + Expires, DateTime.UnixEpoch), "$$NOW"),
                        Operator("$eq", "$" + Owner, owner)
                    )
                )
            ),
            new BsonDocument(
                "$set",
                new BsonDocument
                {
                    [Owner] = IfFree(owner, "$" + Owner),
                    [Fence] = IfFree(Operator("$add", Operator("$ifNull", "$" + Fence, 0L), 1L), "$" + Fence),
                    [Expires] = IfFree(After(duration), "$" + Expires),
                }
            ),
            new BsonDocument("$unset", IsFree),
        ];

    /// <summary>Extends the lease from now.</summary>
    public static BsonArray Extend(TimeSpan duration) =>
        [new BsonDocument("$set", new BsonDocument(Expires, After(duration)))];

    /// <summary>Ends the lease now.</summary>
    public static BsonArray End =>
        [new BsonDocument("$set", new BsonDocument { [Owner] = BsonValue.Null, [Expires] = "$$NOW" })];

    /// <summary>The lease of that owner's term, and no other.</summary>
    public static BsonDocument Of(string name, string owner, long fence) =>
        new()
        {
            ["_id"] = name,
            [Owner] = owner,
            [Fence] = fence,
        };

    /// <summary>What is read of it: who has it, and for how many milliseconds by the server's clock.</summary>
    public static BsonDocument Fields =>
        new()
        {
            [Owner] = 1,
            [Fence] = 1,
            ["left"] = Operator("$subtract", "$" + Expires, "$$NOW"),
        };

    private static BsonValue After(TimeSpan duration) =>
        Operator("$add", "$$NOW", (long)duration.TotalMilliseconds);

    private static BsonDocument IfFree(BsonValue then, BsonValue otherwise) =>
        Operator("$cond", "$" + IsFree, then, otherwise);

    private static BsonDocument Operator(string name, params BsonValue[] arguments) =>
        new(name, new BsonArray(arguments));
}

using Weir.Protocol.Bson;

namespace Weir.Hosting.Queues;

/// <summary>
/// A job's document, <c>{_id, payload, state, due, attempts, fence, ...}</c>, and the updates that change it.
/// <c>due</c> is when somebody may claim it: the time it was put in for, the end of the present claim, or the end of a
/// pause. So there is one state to be claimed in, one index, and no sweep for the jobs of the dead.
/// </summary>
internal static class JobDocument
{
    public const string Open = "open";
    public const string Done = "done";
    public const string Dead = "dead";

    public static BsonDocument Due =>
        new() { ["state"] = Open, ["$expr"] = new BsonDocument("$lte", new BsonArray { "$due", "$$NOW" }) };

    public static BsonDocument Index => new() { ["state"] = 1, ["due"] = 1 };

    /// <summary>The job of that claim, and no other.</summary>
    public static BsonDocument Of(Job job) =>
        new()
        {
            ["_id"] = job.Id,
            ["state"] = Open,
            ["fence"] = job.Fence,
        };

    public static BsonArray New(BsonDocument payload, TimeSpan delay) =>
        Set(
            new()
            {
                // Literal: a payload is data, whatever dollar signs are in it.
                ["payload"] = new BsonDocument(
                    "$ifNull",
                    new BsonArray { "$payload", new BsonDocument("$literal", payload) }
                ),
                ["state"] = new BsonDocument("$ifNull", new BsonArray { "$state", Open }),
                ["due"] = new BsonDocument("$ifNull", new BsonArray { "$due", After(delay) }),
                ["attempts"] = new BsonDocument("$ifNull", new BsonArray { "$attempts", 0 }),
                ["fence"] = new BsonDocument("$ifNull", new BsonArray { "$fence", 0L }),
            }
        );

    public static BsonArray Claim(string owner, TimeSpan period) =>
        Set(
            new()
            {
                ["owner"] = owner,
                ["due"] = After(period),
                ["attempts"] = Plus("$attempts", 1),
                ["fence"] = Plus("$fence", 1L),
            }
        );

    public static BsonArray Extend(TimeSpan period) => Set(new() { ["due"] = After(period) });

    public static BsonArray Defer(TimeSpan pause) =>
        Set(new() { ["due"] = After(pause), ["attempts"] = Plus("$attempts", -1) });

    public static BsonArray Complete(BsonDocument? result) =>
        Set(
            new()
            {
                ["state"] = Done,
                ["ended"] = "$$NOW",
                ["result"] = new BsonDocument("$literal", result ?? (BsonValue)BsonValue.Null),
            }
        );

    public static BsonArray Retry(string error, TimeSpan pause) =>
        Set(new() { ["due"] = After(pause), ["lastError"] = Literal(error) });

    public static BsonArray Bury(string error) =>
        Set(
            new()
            {
                ["state"] = Dead,
                ["ended"] = "$$NOW",
                ["lastError"] = Literal(error),
            }
        );

    private static BsonArray Set(BsonDocument fields) => [new BsonDocument("$set", fields)];

    private static BsonDocument Literal(string text) => new("$literal", text);

    private static BsonDocument After(TimeSpan time) =>
        new("$add", new BsonArray { "$$NOW", (long)time.TotalMilliseconds });

    private static BsonDocument Plus(string field, BsonValue number) =>
        new("$add", new BsonArray { field, number });
}

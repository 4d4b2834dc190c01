using Weir.Protocol.Bson;

namespace Weir.Samples.Journal.Calls;

/// <summary>
/// A call, <c>{_id, person, phone, prompt, day, state, provider, ...}</c>. Its id names the person and the day, so there
/// cannot be two; it is also what the provider is told, so that a call that is placed again is the same call.
/// </summary>
internal static class CallDocument
{
    public const string Scheduled = "scheduled";
    public const string Placed = "placed";
    public const string Completed = "completed";

    public static string IdOf(string person, DateOnly day) => $"{person}/{day:yyyy-MM-dd}";

    public static BsonDocument New(
        string person,
        string phone,
        string prompt,
        DateOnly day,
        DateTimeOffset now
    ) =>
        new()
        {
            ["person"] = person,
            ["phone"] = phone,
            ["prompt"] = prompt,
            ["day"] = day.ToString("yyyy-MM-dd"),
            ["state"] = Scheduled,
            ["scheduled"] = now.UtcDateTime,
        };
}

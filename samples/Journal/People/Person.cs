using Weir.Protocol.Bson;
using Weir.Samples.Journal.Windows;

namespace Weir.Samples.Journal.People;

/// <summary>Somebody who keeps a journal by telephone.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">The name.</param>
/// <param name="Phone">The number.</param>
/// <param name="TimeZone">Where the person lives: a name of the time zone database.</param>
/// <param name="Windows">When the person may be called.</param>
public sealed record Person(
    string Id,
    string Name,
    string Phone,
    string TimeZone,
    IReadOnlyList<CallWindow> Windows
)
{
    /// <summary>Why it cannot be kept like this; empty: it can.</summary>
    public IReadOnlyList<string> Problems() =>
        [
            .. Id.Length == 0 ? (string[])["id: is required"] : [],
            .. Phone.Length == 0 ? (string[])["phone: is required"] : [],
            .. TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)
                ? (string[])[]
                : [$"timeZone: there is no time zone \"{TimeZone}\""],
            .. Windows.Where(w => w.From == w.To).Select(w => $"windows: {w.From} to {w.To} is empty"),
        ];

    internal BsonDocument ToBson() =>
        new()
        {
            ["_id"] = Id,
            ["name"] = Name,
            ["phone"] = Phone,
            ["timeZone"] = TimeZone,
            ["windows"] = new BsonArray(
                Windows.Select(w =>
                    (BsonValue)
                        new BsonDocument
                        {
                            ["days"] = new BsonArray(w.Days.Select(d => (BsonValue)(int)d)),
                            ["from"] = w.From.ToString("HH:mm"),
                            ["to"] = w.To.ToString("HH:mm"),
                        }
                )
            ),
        };

    internal static Person From(BsonDocument document) =>
        new(
            document["_id"].AsString,
            document["name"].AsString,
            document["phone"].AsString,
            document["timeZone"].AsString,
            [
                .. document["windows"]
                    .AsArray.Select(w => w.AsDocument)
                    .Select(w => new CallWindow(
                        [.. w["days"].AsArray.Select(d => (DayOfWeek)d.AsInt32)],
                        TimeOnly.ParseExact(w["from"].AsString, "HH:mm"),
                        TimeOnly.ParseExact(w["to"].AsString, "HH:mm")
                    )),
            ]
        );
}

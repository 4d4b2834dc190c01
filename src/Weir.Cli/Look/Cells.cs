using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Cli.Look;

/// <summary>How values are said in a terminal.</summary>
internal static class Cells
{
    /// <summary>Columns whose numbers are durations in milliseconds.</summary>
    private static readonly HashSet<string> Durations =
    [
        "since",
        "duration",
        "waited",
        "longest",
        "idle",
        "age",
        "roundTrip",
    ];

    public static string Of(string column, JsonNode? value) =>
        value switch
        {
            null => "-",
            _ when value.GetValueKind() == JsonValueKind.Number && Durations.Contains(column) => Millis(
                value.GetValue<double>()
            ),
            _ when value.GetValueKind() == JsonValueKind.Number => value
                .GetValue<double>()
                .ToString("#,0.##", CultureInfo.InvariantCulture),
            _ when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>()
                ? "yes"
                : "no",
            _ when column == "at"
                    && DateTimeOffset.TryParse(
                        value.ToString(),
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal,
                        out var at
                    ) => at.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    /// <summary>What a column is called: "openedPerSecond" is "opened/s".</summary>
    public static string Head(string column) =>
        string.Concat(
                column.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")
            )
            .Replace(" per second", "/s", StringComparison.Ordinal);

    /// <summary>The columns that say something in some row.</summary>
    public static IReadOnlyList<string> Telling(PictureTable table, IReadOnlyCollection<JsonObject> rows) =>
        rows.Count == 0 ? table.Columns : [.. table.Columns.Where(c => rows.Any(r => Of(c, r[c]) != "-"))];

    public static bool IsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number;

    public static string Millis(double millis) =>
        millis switch
        {
            < 10 => string.Create(CultureInfo.InvariantCulture, $"{millis:0.##} ms"),
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{millis:0} ms"),
            < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{millis / 1000:0.#} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{millis / 60_000:0.#} min"),
        };
}

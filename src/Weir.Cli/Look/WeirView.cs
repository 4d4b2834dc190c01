using System.Globalization;
using System.Text.Json.Nodes;

namespace Weir.Cli.Look;

/// <summary>A running Weir, through its admin API.</summary>
internal sealed class WeirView(AdminClient client) : IView
{
    private const int MostRows = 500;

    /// <summary>Each table, and the columns that a terminal has room for.</summary>
    private static readonly (string Name, string[] Columns)[] Tables =
    [
        (
            "pools",
            [
                "server",
                "upstream",
                "state",
                "max",
                "inUse",
                "available",
                "pending",
                "waiting",
                "created",
                "timedOut",
            ]
        ),
        (
            "applications",
            [
                "application",
                "driver",
                "host",
                "connections",
                "running",
                "waiting",
                "longest",
                "cursors",
                "transactions",
            ]
        ),
        ("exchanges", ["client", "state", "since", "command", "application", "address", "server"]),
        ("slow", ["at", "duration", "waited", "command", "namespace", "application", "server", "error"]),
        (
            "clients",
            ["id", "address", "application", "driver", "state", "command", "since", "requests", "cursors"]
        ),
        ("servers", ["address", "upstream", "type", "roundTrip", "longPolls", "error"]),
        ("cursors", ["id", "namespace", "client", "server", "isAwaitable", "idle"]),
        ("transactions", ["session", "number", "client", "server", "isOpen", "age", "idle"]),
        ("events", ["at", "kind", "upstream", "server", "text"]),
    ];

    public async Task<Picture> LookAsync(CancellationToken cancellationToken)
    {
        var level = await client.GetAsync("level", cancellationToken);
        var tables = await Task.WhenAll(Tables.Select(t => TableAsync(t.Name, t.Columns, cancellationToken)));
        var last = (level["items"]?.AsArray().LastOrDefault() as JsonObject) ?? [];
        return new Picture($"Weir at {client.Address.Authority}", [.. Figures(last)], tables);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<PictureTable> TableAsync(
        string name,
        string[] columns,
        CancellationToken cancellationToken
    )
    {
        var answer = await client.GetAsync($"{name}?limit={MostRows}", cancellationToken);
        return new PictureTable(
            name,
            columns,
            [.. answer["items"]!.AsArray().Select(row => row!.AsObject())],
            answer["total"]!.GetValue<int>()
        );
    }

    private static IEnumerable<(string Label, string Value)> Figures(JsonObject level)
    {
        var limit = level["limit"]?.GetValue<int>() ?? 0;
        yield return ("clients", $"{level["clients"]}");
        yield return ("in use", $"{level["inUse"]}{(limit > 0 ? $" of {limit}" : "")}");
        yield return ("idle", $"{level["idle"]}");
        yield return ("waiting", $"{level["waiting"]}");
        yield return ("exchanges/s", $"{level["exchangesPerSecond"]}");
        yield return ("p50", Millis(level["p50Millis"]));
        yield return ("p99", Millis(level["p99Millis"]));
        yield return ("errors/s", $"{level["errorsPerSecond"]}");
        yield return ("churn/s", Sum(level["openedPerSecond"], level["closedPerSecond"]));
    }

    private static string Millis(JsonNode? value) =>
        value is null ? "-" : Cells.Millis(value.GetValue<double>());

    private static string Sum(JsonNode? a, JsonNode? b) =>
        ((a?.GetValue<double>() ?? 0) + (b?.GetValue<double>() ?? 0)).ToString(
            "0.#",
            CultureInfo.InvariantCulture
        );
}

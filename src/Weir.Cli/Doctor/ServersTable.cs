using System.Globalization;
using Spectre.Console;
using Weir.Doctor.Reports;

namespace Weir.Cli.Doctor;

/// <summary>The servers' figures, a row each.</summary>
internal static class ServersTable
{
    private const double Full = 0.8;
    private const double HalfFull = 0.5;

    public static Table Render(IReadOnlyList<ServerReport> servers)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("server");
        foreach (
            var column in (ReadOnlySpan<string>)
                [
                    "now",
                    "peak",
                    "limit",
                    "clients",
                    "opened/s",
                    "commands/s",
                    "cursors",
                    "sessions",
                    "could grow to",
                ]
        )
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var server in servers)
        {
            table.AddRow(
                Server(server),
                Coloured(server.Connections, server.Limit),
                Coloured(server.Peak, server.Limit),
                Count(server.Limit),
                Count(server.Clients),
                Number(server.OpenedPerSecond),
                Number(server.OperationsPerSecond),
                Count(server.Cursors?.Open),
                Count(server.Sessions),
                server.Forecast is { } forecast ? Coloured(forecast, server.Limit) : "?"
            );
        }

        return table;
    }

    private static string Server(ServerReport server)
    {
        var text = $"{Markup.Escape(server.Address)}\n[grey]{server.Type} {Markup.Escape(server.Version)}[/]";
        return server.LimitOrigin is { } origin ? $"{text}\n[grey]limit: {Markup.Escape(origin)}[/]" : text;
    }

    private static string Coloured(int connections, int limit)
    {
        var colour =
            connections >= Full * limit ? "red"
            : connections >= HalfFull * limit ? "yellow"
            : "green";
        return $"[{colour}]{Count(connections)}[/]";
    }

    private static string Count(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";

    private static string Number(double? number) =>
        number?.ToString("#,0.#", CultureInfo.InvariantCulture) ?? "?";
}

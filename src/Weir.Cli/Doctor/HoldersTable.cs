using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Weir.Doctor.Reports;
using Weir.Doctor.Watching;

namespace Weir.Cli.Doctor;

/// <summary>Who holds the connections, a row each, largest first.</summary>
internal static class HoldersTable
{
    private const int Most = 15;

    public static IRenderable Render(IReadOnlyList<ServerReport> servers)
    {
        if (servers.All(server => server.Holders is null or { Count: 0 }))
        {
            return new Text("");
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("held by").AddColumn("from");
        if (servers.Count > 1)
        {
            table.AddColumn(new TableColumn("server").NoWrap());
        }

        foreach (
            var column in (ReadOnlySpan<string>)
                ["connections", "clients", "active", "seen idle for", "opened/s", "closed/s"]
        )
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("works at");
        var rows = servers
            .SelectMany(server => (server.Holders ?? []).Select(holder => (server, holder)))
            .OrderByDescending(row => row.holder.Connections)
            .ToList();
        foreach (var (server, holder) in rows.Take(Most))
        {
            var app = holder.AppName.Length > 0 ? Markup.Escape(holder.AppName) : "[yellow](no appName)[/]";
            var cells = new List<string>
            {
                $"{app}\n[grey]{Markup.Escape(holder.DriverName)}[/]",
                Markup.Escape(holder.Place),
            };
            if (servers.Count > 1)
            {
                cells.Add(Markup.Escape(server.Address));
            }

            cells.AddRange([
                $"{holder.Connections}",
                $"{holder.Clients}",
                $"{holder.MostActive}",
                Idle(holder),
                Rate(holder.OpenedPerSecond),
                Rate(holder.ClosedPerSecond),
                Markup.Escape(string.Join("\n", holder.Operations)),
            ]);
            table.AddRow([.. cells.Select(cell => new Markup(cell))]);
        }

        if (rows.Any(row => row.holder.IdleLongestSeconds is not null))
        {
            table.Caption(
                "seen idle for: half of them at least, and the longest; what is done between two looks is not seen"
            );
        }

        if (rows.Count > Most)
        {
            var rest = rows.Skip(Most).Sum(row => row.holder.Connections);
            table.Caption($"and {rest} connections of {rows.Count - Most} more");
        }

        return table;
    }

    private static string Idle(Holder holder) =>
        holder is { IdleMedianSeconds: { } median, IdleLongestSeconds: { } longest }
            ? $"{Seconds(median)}\n[grey]{Seconds(longest)}[/]"
            : "-";

    private static string Seconds(double seconds) =>
        seconds < 100
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min");

    private static string Rate(double perSecond) => perSecond.ToString("0.##", CultureInfo.InvariantCulture);
}

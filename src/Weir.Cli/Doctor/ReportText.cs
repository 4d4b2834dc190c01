using System.Globalization;
using Spectre.Console;
using Weir.Doctor.Reports;

namespace Weir.Cli.Doctor;

/// <summary>A doctor's report for people.</summary>
internal static class ReportText
{
    public static void Write(DoctorReport report, IAnsiConsole console)
    {
        console.WriteLine();
        console.MarkupLine(
            $"[bold]{Markup.Escape(report.Deployment)}[/] [grey]{report.Topology}, {report.Looks} looks in {Number(report.WatchedSeconds)} s[/]"
        );
        console.Write(ServersTable.Render(report.Servers));
        console.Write(HoldersTable.Render(report.Servers));
        foreach (var spot in report.BlindSpots)
        {
            console.MarkupLine($"[yellow]not seen:[/] {Markup.Escape(spot.What)}: {Markup.Escape(spot.Why)}");
            console.MarkupLine($"[grey]to see it: {Markup.Escape(spot.Remedy)}[/]");
        }

        console.WriteLine();
        foreach (var finding in report.Findings)
        {
            Write(finding, report, console);
        }

        console.MarkupLine(Summary(report));
    }

    private static void Write(Finding finding, DoctorReport report, IAnsiConsole console)
    {
        var where =
            report.Servers.Count > 1
                ? $" [grey]on {Markup.Escape(string.Join(", ", finding.Servers))}[/]"
                : "";
        console.MarkupLine(
            $"{SeverityMark.Of(finding.Severity)} [grey]{finding.Kind}:[/] [bold]{Markup.Escape(finding.Title)}[/]{where}"
        );
        var body = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(1)).AddColumn();
        foreach (var evidence in finding.Evidence)
        {
            body.AddRow(new Markup("[grey]seen[/]"), new Text(evidence));
        }

        body.AddRow(new Markup("[grey]why[/]"), new Text(finding.Cause));
        foreach (var change in finding.Change)
        {
            body.AddRow(new Markup("[grey]do[/]"), new Text(change, new Style(Color.Green)));
        }

        console.Write(body);
        console.WriteLine();
    }

    private static string Summary(DoctorReport report)
    {
        if (report.Findings.Count == 0)
        {
            return report.BlindSpots.Count == 0
                ? "[green]Nothing is wrong with the connections of this deployment.[/]"
                : "[green]Nothing is wrong as far as it could be seen.[/]";
        }

        var counts = report
            .Findings.GroupBy(finding => finding.Severity)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        return $"[bold]{report.Findings.Count} findings:[/] {string.Join(", ", counts)}";
    }

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}

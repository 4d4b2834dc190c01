using Spectre.Console;
using Weir.Doctor.Source;

namespace Weir.Cli.Doctor;

/// <summary>What a code base showed, for people.</summary>
internal static class SourceText
{
    public static void Write(SourceReport report, IAnsiConsole console)
    {
        console.WriteLine();
        console.MarkupLine(
            $"[bold]{Markup.Escape(report.Folder)}[/] [grey]{report.Files} source files and {report.Scripts} scripts read, {report.Clients} places that make a client{(report.Skipped > 0 ? $", {report.Skipped} files too large to read" : "")}[/]"
        );
        console.WriteLine();
        foreach (var finding in report.Findings)
        {
            Write(finding, console);
        }

        console.MarkupLine(
            report.Findings.Count > 0 ? $"[bold]{report.Findings.Count} findings[/]"
            : report.Clients > 0 ? "[green]Nothing is wrong with how clients are made here.[/]"
            : "[green]Nothing was found[/], but no client is made here either: is this the right folder?"
        );
    }

    private static void Write(SourceFinding finding, IAnsiConsole console)
    {
        console.MarkupLine(
            $"{SeverityMark.Of(finding.Severity)} [bold]{Markup.Escape($"{finding.File}:{finding.Line}")}[/] [grey]{finding.Kind}[/]"
        );
        var body = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(1)).AddColumn();
        body.AddRow(new Markup("[grey]code[/]"), new Text(finding.Code));
        body.AddRow(new Markup("[grey]what[/]"), new Text(finding.Title));
        body.AddRow(new Markup("[grey]why[/]"), new Text(finding.Why));
        body.AddRow(new Markup("[grey]do[/]"), new Text(finding.Fix, new Style(Color.Green)));
        console.Write(body);
        console.WriteLine();
    }
}

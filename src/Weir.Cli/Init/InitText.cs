using Spectre.Console;
using Weir.Doctor.Reports;

namespace Weir.Cli.Init;

/// <summary>What <c>weir init</c> says.</summary>
internal static class InitText
{
    public static void Saw(DoctorReport report, PoolAdvice advice, IAnsiConsole console)
    {
        console.MarkupLine(
            $"[green]reached[/] {Markup.Escape(report.Deployment)} [grey]{report.Topology}[/]"
        );
        foreach (var server in report.Servers)
        {
            console.MarkupLine(
                $"  {Markup.Escape(server.Address)} [grey]{server.Type} {Markup.Escape(server.Version)}[/]: {server.Connections} connections of {server.Limit}{Clients(server.Clients)}"
            );
        }

        foreach (var finding in report.Findings.Where(finding => finding.Severity > Severity.Notice))
        {
            console.MarkupLine($"  [yellow]{finding.Kind}:[/] {Markup.Escape(finding.Title)}");
        }

        console.MarkupLine($"  pool size [bold]{advice.MaxPoolSize}[/]: {Markup.Escape(advice.Reason)}");
    }

    private static string Clients(int? clients) =>
        clients switch
        {
            null => "",
            1 => ", 1 client",
            _ => $", {clients} clients",
        };

    public static void Wrote(string output, UpstreamText upstream, string listen, IAnsiConsole console)
    {
        console.MarkupLine($"[green]wrote[/] {Markup.Escape(output)}");
        foreach (var name in upstream.NewVariables)
        {
            console.MarkupLine(
                $"  the secret is not in it: set [bold]{name}[/] to what stood in the connection string (percent-encoded as it was)"
            );
        }

        console.WriteLine();
        console.WriteLine("start Weir, with a dashboard on http://127.0.0.1:27080/:");
        console.WriteLine($"  weir serve --config {output} --admin");
        console.WriteLine("in your application, the connection string is now:");
        console.WriteLine($"  {ApplicationUri.From(upstream, listen)}");
    }
}

using System.Globalization;
using Spectre.Console;
using Weir.Doctor.Checks;

namespace Weir.Cli.Verify;

/// <summary>A verdict for people.</summary>
internal static class VerdictText
{
    private const int MostHolders = 8;

    public static void Write(ConnectionVerdict verdict, IAnsiConsole console)
    {
        var whose = verdict.AppName is { } app ? $" of {app}" : "";
        foreach (var server in verdict.Servers)
        {
            var mark = server.Peak <= verdict.Max ? "[green]ok  [/]" : "[red]over[/]";
            console.MarkupLine(
                $"{mark} [bold]{Markup.Escape(server.Server)}[/]  peak {server.Peak} of {verdict.Max} at {server.PeakAt:HH:mm:ss} ({Seconds(server.PeakAfterSeconds)} in), {server.Last} at the end, {server.Opened} opened"
            );
            WriteHolders(server, console);
        }

        foreach (var spot in verdict.BlindSpots)
        {
            console.MarkupLine($"[yellow]not seen:[/] {Markup.Escape(spot.What)}. {Markup.Escape(spot.Why)}");
            console.MarkupLine($"          to see it: {Markup.Escape(spot.Remedy)}");
        }

        var own = verdict.Servers.Max(server => server.Own);
        var between = verdict.Servers.Max(server => server.Internal);
        console.MarkupLine(
            $"[grey]{verdict.Looks} looks in {Seconds(verdict.WatchedSeconds)}; not counted: {own} of this check's own per server{(between > 0 ? $", up to {between} between servers" : "")}[/]"
        );
        var peak = verdict.Servers.Max(server => server.Peak);
        console.MarkupLine(
            verdict.Passed
                ? $"[green]PASS[/] never more than {peak} connections{Markup.Escape(whose)} on a server (allowed: {verdict.Max})"
                : $"[red]FAIL[/] {peak} connections{Markup.Escape(whose)} on a server (allowed: {verdict.Max})"
        );
    }

    private static void WriteHolders(ServerVerdict server, IAnsiConsole console)
    {
        if (server.Holders is not { } holders)
        {
            return;
        }

        foreach (var holder in holders.Take(MostHolders))
        {
            var app = holder.AppName.Length > 0 ? holder.AppName : "(no appName)";
            console.MarkupLine(
                $"     {holder.Connections, 5}  {Markup.Escape(app)}  [grey]{Markup.Escape(holder.Driver)}  {Markup.Escape(holder.Host)}[/]"
            );
        }

        if (holders.Count > MostHolders)
        {
            var rest = holders.Skip(MostHolders).Sum(holder => holder.Connections);
            console.MarkupLine($"     {rest, 5}  [grey]in {holders.Count - MostHolders} others[/]");
        }
    }

    private static string Seconds(double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s");
}

using System.Text.RegularExpressions;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Source.Scripts;

/// <summary>Several processes of the application started side by side: a pool each.</summary>
internal static partial class SeveralProcesses
{
    public static SourceFinding? Find(ScriptFile script)
    {
        var started = Started(script).ToList();
        if (started.Count < 2)
        {
            return null;
        }

        var (line, text) = started[0];
        return new SourceFinding(
            "several-processes",
            Severity.Warning,
            script.Path,
            line,
            text,
            $"{started.Count} processes are started side by side: {string.Join("; ", started.Take(5).Select(one => $"line {one.Line}"))}",
            $"Each makes its own client: {started.Count} × (100 + 2 of the monitor) = {started.Count * 102} connections to every server, and twice that while old and new overlap at a restart.",
            "give every client maxPoolSize=10 and maxIdleTimeMS=30000; run workers inside one process, or put weir serve in front of all of them"
        );
    }

    private static IEnumerable<(int Line, string Text)> Started(ScriptFile script)
    {
        for (var i = 0; i < script.Lines.Count; i++)
        {
            var line = script.Lines[i];
            var count =
                script.IsProcfile ? (ProcfileLine().IsMatch(line) ? 1 : 0)
                : script.IsPackage ? InPackage(line)
                : script.IsCompose ? (ComposeCommand().IsMatch(line) ? 1 : 0)
                : Background().Count(line);
            for (var n = 0; n < count; n++)
            {
                yield return (i + 1, line);
            }
        }
    }

    private static int InPackage(string line)
    {
        if (Concurrently().Match(line) is { Success: true } match)
        {
            var commands = line[match.Index..]
                .Split("\\\"")
                .Where((_, index) => index % 2 == 1)
                .Count(part =>
                    part.Contains(' ', StringComparison.Ordinal)
                    || part.Contains(':', StringComparison.Ordinal)
                );
            return Math.Max(
                commands,
                line.Contains("--parallel", StringComparison.Ordinal)
                || line.Contains("run-p", StringComparison.Ordinal)
                    ? 2
                    : 0
            );
        }

        var background = Background().Count(line);
        return background > 0 ? background + 1 : 0;
    }

    private const string Runtime =
        @"\b(deno|node|bun|npx|tsx|ts-node|npm (run|start)|yarn|pnpm|python3?|uvicorn|gunicorn|celery|dotnet|java|go run)\b";

    [GeneratedRegex(Runtime + @"[^&|;]*(?<![>&\d])&(?![&>\d])")]
    private static partial Regex Background();

    [GeneratedRegex(@"^[\w-]+:.*" + Runtime)]
    private static partial Regex ProcfileLine();

    [GeneratedRegex(@"^command:.*" + Runtime)]
    private static partial Regex ComposeCommand();

    [GeneratedRegex(@":\s*""[^""]*\b(concurrently|npm-run-all|run-p)\b")]
    private static partial Regex Concurrently();
}

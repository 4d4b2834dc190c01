using System.Runtime.CompilerServices;
using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;
using Weir.Doctor.Source.CSharp;
using Weir.Doctor.Source.Rules;
using Weir.Doctor.Source.Scripts;
using Weir.Doctor.Source.Tokens;

namespace Weir.Doctor.Source;

/// <summary>
/// Reads a code base for the causes of too many connections: C# by its syntax trees, JavaScript, TypeScript and Python
/// by their tokens and blocks (no compiler: names, not types, tell what is what), and start scripts line by line.
/// Thread-safe.
/// </summary>
public static class SourceScan
{
    private const int MostFiles = 50_000;
    private const int LargestFile = 1 << 20;

    private static readonly ISourceRule[] Rules =
    [
        new ClientPerCall(),
        new ScopedClients(),
        new ClosedUnderWork(),
        new ClientsInManyFiles(),
        new NoPoolLimit(),
        new NoSignalHandler(),
    ];

    // What is generated, installed, or not the user's.
    private static readonly HashSet<string> Left =
    [
        "node_modules",
        "bin",
        "obj",
        "dist",
        "build",
        "out",
        "vendor",
        "venv",
        ".venv",
        "env",
        "site-packages",
        "__pycache__",
        "coverage",
        "target",
    ];

    /// <summary>Reads a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    public static SourceReport Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"there is no folder {folder}");
        }

        var skipped = 0;
        var files = new List<SourceFile>();
        var scripts = new List<ScriptFile>();
        foreach (var path in Paths(folder).Take(MostFiles))
        {
            var language = LanguageOf(path);
            if (language is null && !IsScript(path))
            {
                continue;
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                skipped++;
                continue;
            }

            var text = File.ReadAllText(path);
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (language == SourceLanguage.CSharp)
            {
                AddCSharp(files, name, text);
            }
            else if (language is { } known)
            {
                files.Add(new TokenFile(name, text, known));
            }
            else
            {
                scripts.Add(ScriptFile.Read(name, text));
            }
        }

        return Judge(folder, files, scripts, skipped);
    }

    // By itself, so that Roslyn is loaded when there is C# to read, and not before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddCSharp(List<SourceFile> files, string name, string text)
    {
        var file = new CSharpFile(name, text);
        if (!file.IsTest)
        {
            files.Add(file);
        }
    }

    private static SourceReport Judge(
        string folder,
        List<SourceFile> files,
        List<ScriptFile> scripts,
        int skipped
    )
    {
        var code = new CodeBase(files);
        var creations = files.SelectMany(file => file.Creations).ToList();
        var findings = Rules.SelectMany(rule => rule.Find(code, creations)).ToList();
        findings.AddRange(scripts.SelectMany(KillNine.Find));
        // Processes with small pools, or without any, are no harm; scripts by themselves do not tell.
        if (files.Count == 0 || creations.Exists(creation => !creation.HasLimit))
        {
            findings.AddRange(scripts.Select(SeveralProcesses.Find).OfType<SourceFinding>());
        }

        return new SourceReport
        {
            Folder = folder,
            Files = files.Count,
            Scripts = scripts.Count,
            Clients = creations.Count,
            Skipped = skipped,
            Findings =
            [
                .. Weigh(findings)
                    .OrderByDescending(finding => finding.Severity)
                    .ThenBy(finding => finding.File, StringComparer.Ordinal)
                    .ThenBy(finding => finding.Line),
            ],
        };
    }

    // A pool without a limit may be harmless, but not several of them.
    private static IEnumerable<SourceFinding> Weigh(List<SourceFinding> findings)
    {
        var isSeveral = findings.Exists(finding => finding.Kind is "several-processes" or "several-clients");
        return findings.Select(finding =>
            isSeveral && finding.Kind == "no-pool-limit"
                ? finding with
                {
                    Severity = Severity.Warning,
                }
                : finding
        );
    }

    private static IEnumerable<string> Paths(string folder)
    {
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            foreach (var path in Entries(next, Directory.EnumerateFiles))
            {
                yield return path;
            }

            foreach (var path in Entries(next, Directory.EnumerateDirectories))
            {
                var name = Path.GetFileName(path);
                if (!Left.Contains(name) && !name.StartsWith('.') && !IsLink(path) && !IsTest(name))
                {
                    folders.Push(path);
                }
            }
        }
    }

    private static List<string> Entries(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder).Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    // Tests make clients of their own, and should.
    private static bool IsTest(string name) =>
        name is "test" or "tests" or "__tests__" or "spec" or "e2e"
        || name.EndsWith(".Tests", StringComparison.Ordinal);

    private static SourceLanguage? LanguageOf(string path)
    {
        var name = Path.GetFileName(path);
        if (
            name.Contains(".test.", StringComparison.Ordinal)
            || name.Contains(".spec.", StringComparison.Ordinal)
            || name.EndsWith(".d.ts", StringComparison.Ordinal)
            || name.EndsWith(".min.js", StringComparison.Ordinal)
            || name.StartsWith("test_", StringComparison.Ordinal)
        )
        {
            return null;
        }

        return Path.GetExtension(path) switch
        {
            ".ts" or ".tsx" or ".js" or ".jsx" or ".mjs" or ".cjs" or ".mts" or ".cts" =>
                SourceLanguage.Script,
            ".py" => SourceLanguage.Python,
            ".cs" => SourceLanguage.CSharp,
            _ => null,
        };
    }

    private static bool IsScript(string path)
    {
        var name = Path.GetFileName(path);
        return Path.GetExtension(path) is ".sh" or ".bash"
            || name is "package.json" or "Makefile" or "Dockerfile"
            || name.StartsWith("Procfile", StringComparison.Ordinal)
            || name.StartsWith("docker-compose", StringComparison.Ordinal)
            || name is "compose.yml" or "compose.yaml";
    }
}

using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A function that returns a new client each time, which several files call: a pool for each of them.</summary>
internal sealed class ClientsInManyFiles : ISourceRule
{
    private const int MostHops = 5;

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        foreach (var creation in creations)
        {
            var files = new HashSet<SourceFile>();
            Collect(code, creation.Site, files, [], 0);
            if (files.Count < 2)
            {
                continue;
            }

            var site = creation.Site;
            yield return new SourceFinding(
                "several-clients",
                Severity.Warning,
                site.File.Path,
                site.Line,
                site.Code,
                $"{files.Count} files get a client of their own from here: {string.Join(", ", files.Select(file => file.Path).Order(StringComparer.Ordinal).Take(5))}",
                "The function makes a new client whenever it is called, and each client is a pool of its own, with its own limit and its own monitors.",
                site.File.Language == SourceLanguage.Script
                    ? "keep the first client, and hand it out again: let client; export const getClient = () => (client ??= new MongoClient(uri, { maxPoolSize: 10, minPoolSize: 2, maxIdleTimeMS: 30000 }));"
                    : Fixes.For(site.File.Language).OneClient
            );
        }
    }

    private static void Collect(
        CodeBase code,
        Place site,
        HashSet<SourceFile> files,
        HashSet<string> visited,
        int hops
    )
    {
        var function = site.Function;
        var isReturned =
            site.Fate == Fate.Returned && function is { Name.Length: > 0, CalledBy: Caller.Anyone };
        if (!isReturned || hops > MostHops)
        {
            if (hops > 0)
            {
                files.Add(site.File);
            }

            return;
        }

        if (visited.Add($"{function!.Owner}.{function.Name}"))
        {
            foreach (var caller in code.CallsOf(function, site.File.Language, isSure: true))
            {
                Collect(code, caller, files, visited, hops + 1);
            }
        }
    }
}

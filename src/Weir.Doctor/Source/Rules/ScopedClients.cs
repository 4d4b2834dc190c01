using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;
using Weir.Doctor.Source.CSharp;

namespace Weir.Doctor.Source.Rules;

/// <summary>C#: a client that each object of a class makes, and the class is made for each request or use.</summary>
internal sealed class ScopedClients : ISourceRule
{
    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        // Without C# the syntax trees' types are not even loaded.
        var isCSharp = code.Files.Any(file => file.Language == SourceLanguage.CSharp);
        return isCSharp ? FindIn(code, creations) : [];
    }

    private static IEnumerable<SourceFinding> FindIn(CodeBase code, IReadOnlyList<Creation> creations)
    {
        var scoped = code.Files.OfType<CSharpFile>().SelectMany(file => file.ScopedTypes).ToHashSet();
        return from creation in creations
            let site = creation.Site
            where scoped.Contains(site.MadeWith)
            select new SourceFinding(
                "client-per-call",
                Severity.Critical,
                site.File.Path,
                site.Line,
                site.Code,
                $"Every {site.MadeWith} makes a client, and one is made for each request or use",
                "Each client is a pool with monitors of its own; a request should borrow a connection, not make a pool.",
                Fixes.For(SourceLanguage.CSharp).OneClient
            );
    }
}

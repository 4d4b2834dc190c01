using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A client without a limit of its pool.</summary>
internal sealed class NoPoolLimit : ISourceRule
{
    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations) =>
        from creation in creations
        where !creation.HasLimit
        select Describe(creation.Site);

    private static SourceFinding Describe(Place site) =>
        new(
            "no-pool-limit",
            Severity.Notice,
            site.File.Path,
            site.Line,
            site.Code,
            "This client has no maxPoolSize (unless its connection string has one)",
            $"It may open {Fixes.For(site.File.Language).DefaultMaxPoolSize} connections to every server, and keeps them for ever without maxIdleTimeMS.",
            Fixes.Limit(site.File.Language)
        );
}

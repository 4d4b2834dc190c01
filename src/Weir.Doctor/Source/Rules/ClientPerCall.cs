using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>
/// A client that is made on every call of a function: there, or through a function that returns a new client each time.
/// </summary>
internal sealed class ClientPerCall : ISourceRule
{
    private const int MostHops = 5;

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        var once = new RunsOnce(code);
        var seen = new HashSet<(SourceFile, int)>();
        foreach (var creation in creations)
        {
            foreach (var finding in Follow(code, once, creation.Site, creation.Site, 0, seen))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<SourceFinding> Follow(
        CodeBase code,
        RunsOnce once,
        Place site,
        Place origin,
        int hops,
        HashSet<(SourceFile, int)> seen
    )
    {
        if (!seen.Add((site.File, site.Line)) || hops > MostHops)
        {
            yield break;
        }

        var function = site.Function;
        var isInLoop = site.IsInLoop;
        var fate = site.Fate;
        var isHandedOut = fate == Fate.Returned && function is { CalledBy: Caller.Unknown };
        if (fate == Fate.Kept || isHandedOut || (once.Is(site.File, function) && !isInLoop))
        {
            yield break;
        }

        if (fate == Fate.Returned && !isInLoop && function is { Name.Length: > 0, CalledBy: Caller.Anyone })
        {
            foreach (var caller in code.CallsOf(function, site.File.Language, isSure: true))
            {
                foreach (var finding in Follow(code, once, caller, origin, hops + 1, seen))
                {
                    yield return finding;
                }
            }

            yield break;
        }

        yield return Describe(site, origin, function, isInLoop);
    }

    private static SourceFinding Describe(Place site, Place origin, FunctionScope? function, bool isInLoop)
    {
        var who =
            isInLoop ? "for each turn of a loop"
            : function is { CalledBy: Caller.OncePerScope } ? $"for each scope or use ({function.Name})"
            : function is { CalledBy: Caller.Reader } ? $"whenever {function.Name} is read"
            : function is { Name.Length: > 0 } ? $"on every call of {function.Name}"
            : "on every call of this function";
        var through = ReferenceEquals(site, origin) ? "" : $" (made in {origin.File.Path}:{origin.Line})";
        return new SourceFinding(
            "client-per-call",
            Severity.Critical,
            site.File.Path,
            site.Line,
            site.Code,
            $"A client is made {who}{through}",
            "Each client is a pool with two monitor connections of its own. Made per call, they cost a connection set-up each time; left open, they pile up; closed, they take running operations along.",
            Fixes.For(site.File.Language).OneClient
        );
    }
}

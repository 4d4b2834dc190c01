using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A client that is closed in the finally of a function that runs more than once.</summary>
internal sealed class ClosedUnderWork : ISourceRule
{
    private static readonly string[] Endings =
    [
        "close",
        "stop",
        "shutdown",
        "dispose",
        "disconnect",
        "cleanup",
        "destroy",
        "teardown",
        "drain",
        "exit",
        "end",
    ];

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        var once = new RunsOnce(code);
        return from file in code.Files
            from closing in file.Closings
            let function = closing.Function
            where function is not null && !IsForEnding(function) && !once.Is(closing.File, function)
            select Describe(closing, function);
    }

    // Closing is what the function is for: at the end of the process, or of a framework's lifespan.
    private static bool IsForEnding(FunctionScope function) =>
        Array.Exists(Endings, word => function.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    private static SourceFinding Describe(Place site, FunctionScope function) =>
        new(
            "closed-under-work",
            Severity.Critical,
            site.File.Path,
            site.Line,
            site.Code,
            function.Name.Length > 0
                ? $"{function.Name} closes the client when it ends, whatever else still uses it"
                : "A client is closed when this function ends, whatever else still uses it",
            "An operation that is still running, or was not awaited, loses its client: \"Topology is closed\" or \"client was closed\". And the next call has to connect again.",
            "do not close it here: keep one client per deployment for the life of the process, and close it once, when the process is asked to end: "
                + Fixes.For(site.File.Language).Shutdown
        );
}
